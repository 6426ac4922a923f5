package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/**
 * RAdam's direction (Liu et al. 2020, algorithm 2), t = step + 1:
 *
 * <pre>
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) g^2
 * R = 2 / (1 - beta2) - 1, r = R - 2 t beta2^t / (1 - beta2^t)
 * u = m / (1 - beta1^t), and where r > 5 times
 *     sqrt((r - 4)(r - 2) R / ((R - 4)(R - 2) r)) sqrt(1 - beta2^t) / (sqrt(v) + epsilon)
 * </pre>
 *
 * State {@code radam/m}, {@code radam/v}. Threshold 5 and epsilon before the bias correction are
 * PyTorch's; the paper has 4 and no epsilon.
 */
public record ScaleByRadam(double beta1, double beta2, double epsilon)
    implements GradientTransform {
  public ScaleByRadam {
    Hyperparameters.fraction("scaleByRadam", "beta1", beta1);
    Hyperparameters.fraction("scaleByRadam", "beta2", beta2);
    Hyperparameters.positive("scaleByRadam", "epsilon", epsilon);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Bound(
        state.zeros("radam/m", layout.trainableSize()),
        state.zeros("radam/v", layout.trainableSize()));
  }

  private final class Bound implements Update {
    private final float[] m;
    private final float[] v;
    private boolean rectified;
    private float meanCorrection;
    private float rectification;

    Bound(float[] m, float[] v) {
      this.m = m;
      this.v = v;
    }

    @Override
    public void begin(StepContext step) {
      double t = step.step() + 1.0;
      meanCorrection = (float) (1 / (1 - StrictMath.pow(beta1, t)));
      double power = StrictMath.pow(beta2, t);
      double longest = 2 / (1 - beta2) - 1;
      double length = longest - 2 * t * power / (1 - power);
      rectified = length > 5;
      if (rectified) {
        double ratio =
            (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length);
        rectification = (float) (Math.sqrt(ratio) * Math.sqrt(1 - power));
      }
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
        m[i] = Math.fma(keep1, m[i], gain1 * g);
        v[i] = Math.fma(keep2, v[i], gain2 * g * g);
        updates[i] = meanCorrection * m[i];
      }
      if (rectified) {
        for (int i = slice.from(), to = slice.to(); i < to; i++) {
          updates[i] *= rectification / ((float) Math.sqrt(v[i]) + guard);
        }
      }
    }
  }
}
