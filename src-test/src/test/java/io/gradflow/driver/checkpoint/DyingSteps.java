package io.gradflow.driver.checkpoint;

import io.gradflow.common.message.StepId;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.step.DelegatingSteps;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.step.StepSum;

/** Steps that throw at one of them, as if the process ended there. */
final class DyingSteps extends DelegatingSteps {
  private final long death;

  DyingSteps(StepRunner steps, long death) {
    super(steps);
    this.death = death;
  }

  @Override
  public StepSum run(StepId id, Weights weights) {
    if (id.step() == death) {
      throw new IllegalStateException("dies at " + death);
    }
    return super.run(id, weights);
  }
}
