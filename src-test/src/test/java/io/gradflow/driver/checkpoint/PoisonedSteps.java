package io.gradflow.driver.checkpoint;

import io.gradflow.common.message.StepId;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.step.DelegatingSteps;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.step.StepSum;
import java.util.Optional;
import java.util.Set;

/** Steps whose gradients are not finite now and then. */
final class PoisonedSteps extends DelegatingSteps {
  private final Set<Long> when;
  private int times;

  /**
   * @param when the steps
   * @param times how often at most
   */
  PoisonedSteps(StepRunner steps, Set<Long> when, int times) {
    super(steps);
    this.when = Set.copyOf(when);
    this.times = times;
  }

  @Override
  public StepSum run(StepId id, Weights weights) {
    StepSum sum = super.run(id, weights);
    if (when.contains(id.step()) && times > 0) {
      times--;
      sum.sum().gradientSum()[0] = Float.NaN;
    }
    return sum;
  }

  @Override
  public Optional<String> nonFinite(StepId id, Weights weights) {
    return Optional.of("gradient of dense_1/kernel has 1 non-finite values (micro-shard 0)");
  }
}
