package io.gradflow.driver.train;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.data.BatchPlan;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.optim.Perturbation;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.step.StepSum;
import java.util.Optional;

/**
 * How a step is made of passes over minibatches.
 *
 * @param steps whole steps, and evaluations
 * @param minibatch one pass over one minibatch; weights under versions of the same run as those of
 *     {@code steps}
 * @param perEpoch steps of an epoch
 */
record Passes(StepRunner steps, Minibatch minibatch, int perEpoch) {
  /** One pass over one minibatch. */
  @FunctionalInterface
  interface Minibatch {
    StepSum run(StepId id, Weights weights);
  }

  /**
   * @param steps of one pass over one minibatch each
   * @param accumulate minibatches a step, at most
   * @param perturbation where the gradient is taken, if not at the weights themselves
   */
  static Passes of(
      StepRunner steps,
      BatchPlan plan,
      int accumulate,
      Optional<Perturbation> perturbation,
      ParamLayout layout) {
    int perEpoch = AccumulatedSteps.perEpoch(plan, accumulate);
    StepRunner whole =
        accumulate == 1 ? steps : new AccumulatedSteps(steps, plan, accumulate, layout);
    if (perturbation.isEmpty()) {
      return new Passes(whole, steps::run, perEpoch);
    }
    return new Passes(
        new SharpnessAwareSteps(whole, perturbation.get(), layout),
        (id, weights) -> steps.run(id, SharpnessAwareSteps.own(weights)),
        perEpoch);
  }
}
