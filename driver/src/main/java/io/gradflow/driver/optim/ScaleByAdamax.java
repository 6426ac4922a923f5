package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/**
 * Adamax's direction (Kingma and Ba 2015, algorithm 2), t = step + 1:
 *
 * <pre>
 * m = beta1 m + (1 - beta1) g
 * n = max(beta2 n, |g| + epsilon)
 * u = (m / (1 - beta1^t)) / n
 * </pre>
 *
 * State {@code adamax/m}, {@code adamax/norm} = n. The paper has no epsilon; PyTorch's is kept.
 */
public record ScaleByAdamax(double beta1, double beta2, double epsilon)
    implements GradientTransform {
  public ScaleByAdamax {
    Hyperparameters.fraction("scaleByAdamax", "beta1", beta1);
    Hyperparameters.fraction("scaleByAdamax", "beta2", beta2);
    Hyperparameters.positive("scaleByAdamax", "epsilon", epsilon);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Bound(
        state.zeros("adamax/m", layout.trainableSize()),
        state.zeros("adamax/norm", layout.trainableSize()));
  }

  private final class Bound implements Update {
    private final float[] m;
    private final float[] norm;
    private float correction;

    Bound(float[] m, float[] norm) {
      this.m = m;
      this.norm = norm;
    }

    @Override
    public void begin(StepContext step) {
      correction = (float) (1 / (1 - StrictMath.pow(beta1, step.step() + 1.0)));
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      float keep1 = (float) beta1;
      float gain1 = (float) (1 - beta1);
      float keep2 = (float) beta2;
      float guard = (float) epsilon;
      for (int i = slice.from(), to = slice.to(); i < to; i++) {
        float g = updates[i];
        float mean = Math.fma(keep1, m[i], gain1 * g);
        float most = Math.max(keep2 * norm[i], Math.abs(g) + guard);
        m[i] = mean;
        norm[i] = most;
        updates[i] = correction * mean / most;
      }
    }
  }
}
