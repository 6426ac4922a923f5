package io.gradflow.driver.optim;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.ParamLayout;

/**
 * u = u + N(0, variance / (1 + step)^fading), drawn anew for every element and step (Neelakantan et
 * al. 2015, equation 1, whose eta is the variance and gamma the fading). Draws are keyed by (seed,
 * step) and the element's place in the flat vector.
 */
public record AddGradientNoise(double variance, double fading, long seed)
    implements GradientTransform {
  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Noise();
  }

  private final class Noise implements Update {
    private long key;
    private float deviation;

    @Override
    public void begin(StepContext step) {
      key = CounterRng.key(seed, CounterRng.Purpose.GRADIENT_NOISE, step.step(), 0, 0);
      deviation = (float) Math.sqrt(variance / StrictMath.pow(1.0 + step.step(), fading));
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      for (int i = slice.from(), to = slice.to(); i < to; i++) {
        updates[i] = Math.fma(deviation, CounterRng.normal(key, i), updates[i]);
      }
    }
  }
}
