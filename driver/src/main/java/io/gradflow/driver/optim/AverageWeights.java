package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import java.util.function.DoubleUnaryOperator;

/**
 * a = d_n a + (1 - d_n) w after those steps that count; a = w after the first of them. Acts after
 * the descent, on trainable parameters.
 *
 * <p>State {@code average/weights} = a, {@code average/count} = n, exact up to 2^24.
 *
 * @param firstStep steps before the first that counts
 * @param everySteps from one that counts to the next
 * @param keep d_n, for n steps that have counted, at least 1
 */
public record AverageWeights(long firstStep, long everySteps, DoubleUnaryOperator keep)
    implements GradientTransform {
  static final String WEIGHTS = "average/weights";
  static final String COUNT = "average/count";

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Average(state.zeros(WEIGHTS, layout.trainableSize()), state.zeros(COUNT, 1));
  }

  private final class Average implements Update {
    private static final float MOST = 1 << 24;
    private final float[] average;
    private final float[] count;
    private boolean counts;
    private float gain;

    Average(float[] average, float[] count) {
      this.average = average;
      this.count = count;
    }

    @Override
    public void begin(StepContext step) {
      long since = step.step() - firstStep;
      counts = since >= 0 && since % everySteps == 0;
      if (counts) {
        gain = count[0] == 0 ? 1 : (float) (1 - keep.applyAsDouble(count[0]));
        count[0] = Math.min(MOST, count[0] + 1);
      }
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      if (counts) {
        follow(slice.from(), slice.to(), gain, weights, average);
      }
    }
  }

  private static void follow(int from, int to, float gain, float[] weights, float[] average) {
    for (int i = from; i < to; i++) {
      average[i] = Math.fma(gain, weights[i] - average[i], average[i]);
    }
  }
}
