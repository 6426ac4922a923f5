package io.gradflow.driver.optim;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that says how gradients become weights.
 *
 * @param learningRateFactors what multiplies the learning rate of parameters, by patterns of their
 *     names, as {@link ScaleByParameter}; 0 freezes
 * @param average which average of the weights is kept beside them, if any
 * @param seed where gradient noise comes from
 */
public record Recipe(
    OptimizerSpec optimizer,
    ScheduleSpec schedule,
    ClipSpec clip,
    Regularization regularization,
    Map<String, Double> learningRateFactors,
    Optional<AverageSpec> average,
    long seed) {
  public Recipe {
    learningRateFactors = new TreeMap<>(learningRateFactors);
  }

  /** An optimizer with one learning rate for all parameters, without an average. */
  public static Recipe of(
      OptimizerSpec optimizer,
      ScheduleSpec schedule,
      ClipSpec clip,
      Regularization regularization) {
    return new Recipe(optimizer, schedule, clip, regularization, Map.of(), Optional.empty(), 0);
  }
}
