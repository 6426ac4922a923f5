package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.Optional;

/** Penalties and a bound for some parameters; l1 with l2 is the elastic net. */
@Doc("Penalties and a bound for some parameters.")
public record ParameterPenalty(
    @Default("0") @Doc("Factor of the absolute values' sum.") double l1,
    @Default("0") @Doc("Factor of half the squares' sum.") double l2,
    @Doc("The longest that a unit's incoming weights may be.") Optional<Double> maxNorm) {
  public ParameterPenalty {
    Hyperparameters.notNegative("regularization", "l1", l1);
    Hyperparameters.notNegative("regularization", "l2", l2);
    maxNorm.ifPresent(bound -> Hyperparameters.positive("regularization", "maxNorm", bound));
  }
}
