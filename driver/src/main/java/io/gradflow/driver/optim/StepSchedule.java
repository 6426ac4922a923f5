package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/**
 * Stairs: lr = base factor^floor(s / everySteps), s counted after the warm-up. PyTorch's {@code
 * StepLR(step_size, gamma)}, factor 0.1 as there.
 */
@Kind("step")
@Doc("The learning rate is multiplied by a factor every so many steps.")
public record StepSchedule(
    @Doc("Steps from one change to the next.") long everySteps,
    @Default("0.1") @Doc("What the rate is multiplied by.") double factor,
    @Default("0") @Doc("Steps of linear warm-up.") long warmupSteps)
    implements ScheduleSpec {
  public StepSchedule {
    Hyperparameters.atLeast("step", "everySteps", everySteps, 1);
    Hyperparameters.positive("step", "factor", factor);
    Hyperparameters.atLeast("step", "warmupSteps", warmupSteps, 0);
  }

  @Override
  public double learningRate(double base, long step, long totalSteps) {
    if (step < warmupSteps) {
      return Warmup.learningRate(base, step, warmupSteps);
    }
    long changes = (step - warmupSteps) / everySteps;
    return base * StrictMath.pow(factor, (double) changes);
  }
}
