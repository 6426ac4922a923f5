package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/**
 * Exponential decay: lr = base factor^(s / everySteps), s counted after the warm-up. PyTorch's
 * {@code ExponentialLR(gamma)} where everySteps is 1.
 */
@Kind("exponential")
@Doc("The learning rate decays exponentially.")
public record ExponentialSchedule(
    @Doc("What the rate is multiplied by over everySteps steps.") double factor,
    @Default("1") @Doc("Steps that the factor is for.") long everySteps,
    @Default("0") @Doc("Steps of linear warm-up.") long warmupSteps)
    implements ScheduleSpec {
  public ExponentialSchedule {
    Hyperparameters.positive("exponential", "factor", factor);
    Hyperparameters.atLeast("exponential", "everySteps", everySteps, 1);
    Hyperparameters.atLeast("exponential", "warmupSteps", warmupSteps, 0);
  }

  @Override
  public double learningRate(double base, long step, long totalSteps) {
    if (step < warmupSteps) {
      return Warmup.learningRate(base, step, warmupSteps);
    }
    return base * StrictMath.pow(factor, (double) (step - warmupSteps) / everySteps);
  }
}
