package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/**
 * An exponential moving average (Polyak and Juditsky 1992): a = d a + (1 - d) w after every step,
 * from a = w after the first. With warm-up d is min(decay, (1 + n) / (10 + n)) in the n-th step
 * after it, so that the first steps are soon forgotten.
 */
@Kind("ema")
@Doc("An exponential moving average of the weights.")
public record Ema(
    @Default("0.999") @Doc("Share of the average that a step keeps, in [0, 1).") double decay,
    @Default("true") @Doc("Whether early steps keep less.") boolean warmup)
    implements AverageSpec {
  public Ema {
    Hyperparameters.fraction("ema", "decay", decay);
  }

  @Override
  public AverageWeights transform(long totalSteps) {
    return new AverageWeights(0, 1, n -> warmup ? Math.min(decay, (1 + n) / (10 + n)) : decay);
  }
}
