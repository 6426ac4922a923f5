package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/**
 * Adam's direction (Kingma and Ba 2015, algorithm 1), t = step + 1:
 *
 * <pre>
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) g^2
 * u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * State {@code adam/m}, {@code adam/v}. As in PyTorch epsilon is added after the bias correction.
 * The corrections are taken in double and rounded to float once a step; PyTorch folds the first
 * into the learning rate instead, which differs in the last bits only.
 */
public record ScaleByAdam(double beta1, double beta2, double epsilon) implements GradientTransform {
  public ScaleByAdam {
    Hyperparameters.fraction("scaleByAdam", "beta1", beta1);
    Hyperparameters.fraction("scaleByAdam", "beta2", beta2);
    Hyperparameters.positive("scaleByAdam", "epsilon", epsilon);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Moments(
        state.zeros("adam/m", layout.trainableSize()),
        state.zeros("adam/v", layout.trainableSize()));
  }

  private final class Moments implements Update {
    private final float[] m;
    private final float[] v;
    private float meanCorrection;
    private float rootCorrection;

    Moments(float[] m, float[] v) {
      this.m = m;
      this.v = v;
    }

    @Override
    public void begin(StepContext step) {
      double t = step.step() + 1.0;
      meanCorrection = (float) (1 / (1 - StrictMath.pow(beta1, t)));
      rootCorrection = (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, t)));
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      float keep1 = (float) beta1;
      float gain1 = (float) (1 - beta1);
      float keep2 = (float) beta2;
      float gain2 = (float) (1 - beta2);
      float guard = (float) epsilon;
      for (int i = slice.from(), to = slice.to(); i < to; i++) {
        float g = updates[i];
        float mean = Math.fma(keep1, m[i], gain1 * g);
        float square = Math.fma(keep2, v[i], gain2 * g * g);
        m[i] = mean;
        v[i] = square;
        updates[i] =
            meanCorrection * mean / Math.fma((float) Math.sqrt(square), rootCorrection, guard);
      }
    }
  }
}
