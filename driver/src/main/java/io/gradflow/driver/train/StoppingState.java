package io.gradflow.driver.train;

import java.util.Optional;

/**
 * Where early stopping stands.
 *
 * @param best value of the watched metric at its best epoch; NaN before any
 * @param bestEpoch that epoch, from 1; 0 before any
 * @param waited epochs since then
 * @param bestValidation that epoch's validation
 * @param bestWeights the flat vector at its end, where it is to be restored; lent, not copied
 */
public record StoppingState(
    double best,
    int bestEpoch,
    int waited,
    Optional<RunningSums> bestValidation,
    Optional<float[]> bestWeights) {
  /** Before the first epoch. */
  public static final StoppingState START =
      new StoppingState(Double.NaN, 0, 0, Optional.empty(), Optional.empty());
}
