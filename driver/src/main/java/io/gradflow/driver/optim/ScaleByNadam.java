package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/**
 * NAdam's direction (Dozat 2016), t = step + 1:
 *
 * <pre>
 * mu_t = beta1 (1 - 0.96^(t momentumDecay) / 2), M_t = mu_1 mu_2 ... mu_t
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) g^2
 * u = ((1 - mu_t) / (1 - M_t) g + mu_t+1 / (1 - M_t+1) m) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * State {@code nadam/m}, {@code nadam/v}; M_t follows from the step alone. As PyTorch documents and
 * since 2.0 computes it; 1.13 takes mu_t into M_t+1 twice.
 */
public record ScaleByNadam(double beta1, double beta2, double epsilon, double momentumDecay)
    implements GradientTransform {
  public ScaleByNadam {
    Hyperparameters.fraction("scaleByNadam", "beta1", beta1);
    Hyperparameters.fraction("scaleByNadam", "beta2", beta2);
    Hyperparameters.positive("scaleByNadam", "epsilon", epsilon);
    Hyperparameters.notNegative("scaleByNadam", "momentumDecay", momentumDecay);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Bound(
        state.zeros("nadam/m", layout.trainableSize()),
        state.zeros("nadam/v", layout.trainableSize()));
  }

  private final class Bound implements Update {
    private final float[] m;
    private final float[] v;
    private double product = 1;
    private long productStep;
    private float gradientFactor;
    private float meanFactor;
    private float rootCorrection;

    Bound(float[] m, float[] v) {
      this.m = m;
      this.v = v;
    }

    @Override
    public void begin(StepContext step) {
      long t = step.step() + 1;
      if (t != productStep + 1) {
        product = 1;
        // The product has underflowed to 0 after some thousand factors.
        for (productStep = 0; productStep < t - 1 && product > 0; productStep++) {
          product *= mu(productStep + 1);
        }
      }
      double mu = mu(t);
      product *= mu;
      productStep = t;
      double next = mu(t + 1);
      gradientFactor = (float) ((1 - mu) / (1 - product));
      meanFactor = (float) (next / (1 - product * next));
      rootCorrection = (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, (double) t)));
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
        float ahead = Math.fma(gradientFactor, g, meanFactor * mean);
        updates[i] = ahead / Math.fma((float) Math.sqrt(square), rootCorrection, guard);
      }
    }
  }

  private double mu(long t) {
    return beta1 * (1 - 0.5 * StrictMath.pow(0.96, t * momentumDecay));
  }
}
