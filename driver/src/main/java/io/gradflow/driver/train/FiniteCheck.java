package io.gradflow.driver.train;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.step.StepRunner;
import java.util.Optional;

/** Looks for numbers that are not finite, and names where they are. */
final class FiniteCheck {
  private final ParamLayout layout;
  private final StepRunner steps;

  FiniteCheck(ParamLayout layout, StepRunner steps) {
    this.layout = layout;
    this.steps = steps;
  }

  /**
   * Where a step's numbers stop being finite, e.g. {@code step 412: gradient of dense_2/kernel has
   * 17 non-finite values (micro-shard 5)}; empty if they all are finite.
   */
  Optional<String> ofStep(StepId id, SubtreeSum sum, Weights weights) {
    int index = ArrayKernels.firstNonFinite(layout.size(), sum.gradientSum(), 0);
    if (index < 0 && Double.isFinite(sum.lossSum()) && Double.isFinite(sum.weightSum())) {
      return Optional.empty();
    }
    // Asked first: computing the step again may overwrite the sum.
    String overflow =
        index < 0
            ? "the sum of losses is " + sum.lossSum()
            : "the sum of the gradients of "
                + layout.at(index).name()
                + " overflows, though every micro-shard's is finite";
    String culprit = steps.nonFinite(id, weights).orElse(overflow);
    return Optional.of("step " + (id.step() + 1) + ": " + culprit);
  }

  /** The first parameter that is not finite, for messages. */
  Optional<String> ofWeights(long step, Weights weights) {
    int index = ArrayKernels.firstNonFinite(layout.size(), weights.values(), 0);
    return index < 0
        ? Optional.empty()
        : Optional.of(
            "step " + step + ": " + layout.at(index).name() + " is not finite after the update");
  }

  /** The end of a run whose numbers are not finite. */
  static GradflowException diverged(String what, double learningRate) {
    return new GradflowException(
        ExitCode.DIVERGED,
        what
            + "; learning rate was "
            + learningRate
            + "; lower it, warm it up, or clip gradients (clip: {globalNorm: 1.0})");
  }
}
