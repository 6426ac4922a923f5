package io.gradflow.driver.optim;

import io.gradflow.common.spec.OneOf;

/** Which average of the weights is kept beside them, for evaluation and for the model. */
@OneOf({Ema.class, Swa.class})
public sealed interface AverageSpec permits Ema, Swa {
  /**
   * What keeps the average, after each descent.
   *
   * @param totalSteps steps that the run will take
   */
  AverageWeights transform(long totalSteps);
}
