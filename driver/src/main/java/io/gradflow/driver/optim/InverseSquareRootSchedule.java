package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.Optional;

/**
 * Inverse square root decay (Vaswani et al. 2017): lr = base sqrt(T / (s + T)), s counted after the
 * warm-up; T is timescale, the warm-up's length if left out, so that the rate then falls as base
 * sqrt(warmupSteps / step).
 *
 * <p>The paper's factor for the model's width is left to the base rate.
 */
@Kind("inverseSquareRoot")
@Doc("The learning rate falls with the square root of the steps.")
public record InverseSquareRootSchedule(
    @Default("4000") @Doc("Steps of linear warm-up.") long warmupSteps,
    @Doc("Steps after which the rate is base / sqrt(2); warmupSteps if left out.")
        Optional<Long> timescale)
    implements ScheduleSpec {
  public InverseSquareRootSchedule {
    Hyperparameters.atLeast("inverseSquareRoot", "warmupSteps", warmupSteps, 0);
    timescale.ifPresent(
        steps -> Hyperparameters.atLeast("inverseSquareRoot", "timescale", steps, 1));
  }

  @Override
  public double learningRate(double base, long step, long totalSteps) {
    if (step < warmupSteps) {
      return Warmup.learningRate(base, step, warmupSteps);
    }
    double scale = timescale.isPresent() ? timescale.get() : Math.max(1, warmupSteps);
    return base * Math.sqrt(scale / (step - warmupSteps + scale));
  }
}
