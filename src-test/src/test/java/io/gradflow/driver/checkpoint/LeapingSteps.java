package io.gradflow.driver.checkpoint;

import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.step.DelegatingSteps;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.step.StepSum;

/** Steps of which one has a hundred times its loss. */
final class LeapingSteps extends DelegatingSteps {
  private final long leap;

  LeapingSteps(StepRunner steps, long leap) {
    super(steps);
    this.leap = leap;
  }

  @Override
  public StepSum run(StepId id, Weights weights) {
    StepSum step = super.run(id, weights);
    if (id.step() != leap) {
      return step;
    }
    SubtreeSum sum = step.sum();
    return step.withSum(
        new SubtreeSum(
            sum.level(),
            sum.index(),
            sum.rows(),
            100 * sum.lossSum(),
            sum.weightSum(),
            sum.gradientSum(),
            sum.metricSums()));
  }
}
