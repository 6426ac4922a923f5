package io.gradflow.driver.step;

import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import java.util.Optional;

/**
 * Another's steps, for tests that change one thing of them. Whoever made the others closes them.
 */
public class DelegatingSteps implements StepRunner {
  private final StepRunner steps;

  public DelegatingSteps(StepRunner steps) {
    this.steps = steps;
  }

  @Override
  public StepSum run(StepId id, Weights weights) {
    return steps.run(id, weights);
  }

  @Override
  public SubtreeSum evaluate(Split split, Weights weights) {
    return steps.evaluate(split, weights);
  }

  @Override
  public Optional<String> nonFinite(StepId id, Weights weights) {
    return steps.nonFinite(id, weights);
  }

  @Override
  public String description() {
    return steps.description();
  }

  @Override
  public void close() {}
}
