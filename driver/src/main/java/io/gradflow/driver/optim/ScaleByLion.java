package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/**
 * Lion's direction (Chen et al. 2023, algorithm 2): u = sign(beta1 m + (1 - beta1) g), then m =
 * beta2 m + (1 - beta2) g; sign(0) = 0. State {@code lion/m}.
 */
public record ScaleByLion(double beta1, double beta2) implements GradientTransform {
  public ScaleByLion {
    Hyperparameters.fraction("scaleByLion", "beta1", beta1);
    Hyperparameters.fraction("scaleByLion", "beta2", beta2);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Bound(state.zeros("lion/m", layout.trainableSize()));
  }

  private final class Bound implements Update {
    private final float[] m;

    Bound(float[] m) {
      this.m = m;
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      float keep1 = (float) beta1;
      float gain1 = (float) (1 - beta1);
      float keep2 = (float) beta2;
      float gain2 = (float) (1 - beta2);
      for (int i = slice.from(), to = slice.to(); i < to; i++) {
        float g = updates[i];
        updates[i] = Math.signum(Math.fma(keep1, m[i], gain1 * g));
        m[i] = Math.fma(keep2, m[i], gain2 * g);
      }
    }
  }
}
