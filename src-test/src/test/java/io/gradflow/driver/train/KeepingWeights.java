package io.gradflow.driver.train;

import io.gradflow.common.message.Split;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.step.DelegatingSteps;
import io.gradflow.driver.step.StepRunner;
import java.util.List;

/** Keeps a copy of the weights of every validation. */
final class KeepingWeights extends DelegatingSteps {
  private final List<float[]> copies;

  KeepingWeights(StepRunner steps, List<float[]> copies) {
    super(steps);
    this.copies = copies;
  }

  @Override
  public SubtreeSum evaluate(Split split, Weights weights) {
    copies.add(weights.values().clone());
    return super.evaluate(split, weights);
  }
}
