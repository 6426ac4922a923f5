package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;

/** Noise on the gradient, as configuration; formula in {@link AddGradientNoise}. */
@Doc("Gaussian noise on the gradient, which fades.")
public record GradientNoise(
    @Default("0.01") @Doc("Variance in the first step.") double variance,
    @Default("0.55") @Doc("How fast it fades: the variance is divided by (1 + step)^fading.")
        double fading) {
  public GradientNoise {
    Hyperparameters.positive("noise", "variance", variance);
    Hyperparameters.notNegative("noise", "fading", fading);
  }
}
