package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/**
 * Lookahead's slow weights phi (Zhang et al. 2019): phi starts at the weights; after every k-th
 * step phi = phi + alpha (w - phi) and w = phi. Acts after the descent.
 *
 * <p>State {@code lookahead/slow} = phi, {@code lookahead/phase} = 1 + steps since the last
 * synchronisation, 0 before the first step.
 *
 * @param everySteps the paper's k
 * @param slowRate the paper's alpha
 */
public record FollowSlowly(int everySteps, double slowRate) implements GradientTransform {
  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Slow(
        state.zeros("lookahead/slow", layout.trainableSize()), state.zeros("lookahead/phase", 1));
  }

  private final class Slow implements Update {
    private final float[] slow;
    private final float[] phase;
    private boolean synchronize;

    Slow(float[] slow, float[] phase) {
      this.slow = slow;
      this.phase = phase;
    }

    @Override
    public void begin(StepContext step) {
      if (phase[0] == 0) {
        System.arraycopy(step.weights(), 0, slow, 0, slow.length);
        phase[0] = 1;
      }
      synchronize = phase[0] >= everySteps;
      phase[0] = synchronize ? 1 : phase[0] + 1;
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      if (synchronize) {
        pull(slice.from(), slice.to(), (float) slowRate, weights, slow);
      }
    }
  }

  private static void pull(int from, int to, float rate, float[] weights, float[] slow) {
    for (int i = from; i < to; i++) {
      float phi = Math.fma(rate, weights[i] - slow[i], slow[i]);
      slow[i] = phi;
      weights[i] = phi;
    }
  }
}
