package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/**
 * AMSGrad's direction (Reddi, Kale and Kumar 2018), t = step + 1:
 *
 * <pre>
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) g^2
 * n = max(n, v)
 * u = (m / (1 - beta1^t)) / (sqrt(n / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * State {@code amsGrad/m}, {@code amsGrad/v}, {@code amsGrad/maxV} = n. The paper corrects no bias;
 * PyTorch's corrections are kept.
 */
public record ScaleByAmsGrad(double beta1, double beta2, double epsilon)
    implements GradientTransform {
  public ScaleByAmsGrad {
    Hyperparameters.fraction("scaleByAmsGrad", "beta1", beta1);
    Hyperparameters.fraction("scaleByAmsGrad", "beta2", beta2);
    Hyperparameters.positive("scaleByAmsGrad", "epsilon", epsilon);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Bound(
        state.zeros("amsGrad/m", layout.trainableSize()),
        state.zeros("amsGrad/v", layout.trainableSize()),
        state.zeros("amsGrad/maxV", layout.trainableSize()));
  }

  private final class Bound implements Update {
    private final float[] m;
    private final float[] v;
    private final float[] maxV;
    private float meanCorrection;
    private float rootCorrection;

    Bound(float[] m, float[] v, float[] maxV) {
      this.m = m;
      this.v = v;
      this.maxV = maxV;
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
        float most = Math.max(maxV[i], square);
        m[i] = mean;
        v[i] = square;
        maxV[i] = most;
        updates[i] =
            meanCorrection * mean / Math.fma((float) Math.sqrt(most), rootCorrection, guard);
      }
    }
  }
}
