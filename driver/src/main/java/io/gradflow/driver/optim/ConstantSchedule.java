package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/** The base rate, after the warm-up: lr = base. */
@Kind("constant")
@Doc("The same learning rate throughout.")
public record ConstantSchedule(@Default("0") @Doc("Steps of linear warm-up.") long warmupSteps)
    implements ScheduleSpec {
  public ConstantSchedule {
    Hyperparameters.atLeast("constant", "warmupSteps", warmupSteps, 0);
  }

  @Override
  public double learningRate(double base, long step, long totalSteps) {
    return step < warmupSteps ? Warmup.learningRate(base, step, warmupSteps) : base;
  }
}
