package io.gradflow.driver.step;

import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import java.util.Optional;

/**
 * Steps that also say why they are taken this way.
 *
 * @param steps closed with this
 * @param why in some words
 */
record ExplainedSteps(StepRunner steps, String why) implements StepRunner {
  @Override
  public StepSum run(StepId id, Weights weights) {
    return steps.run(id, weights);
  }

  @Override
  public void announce(StepId id, long weightsVersion) {
    steps.announce(id, weightsVersion);
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
    return steps.description() + " (" + why + ")";
  }

  @Override
  public void close() {
    steps.close();
  }
}
