package io.gradflow.driver.train;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.OneOf;

/** What happens when a step's loss or gradient is not finite. It is reported in any case. */
@OneOf({OnNonFinite.Fail.class, OnNonFinite.SkipStep.class, OnNonFinite.Rollback.class})
public sealed interface OnNonFinite {
  /** The run ends, naming step, parameter and micro-shard. */
  @Kind("fail")
  @Doc("End the run, naming step, parameter and micro-shard.")
  record Fail() implements OnNonFinite {}

  /**
   * The step changes nothing: neither weights nor optimizer state nor the epoch's figures.
   *
   * @param inARow steps in a row that may be skipped; one more ends the run
   */
  @Kind("skipStep")
  @Doc("Leave the step out: weights, optimizer state and figures stay as they are.")
  record SkipStep(@Default("10") @Doc("How many in a row at most.") int inARow)
      implements OnNonFinite {
    public SkipStep {
      if (inARow < 1) {
        throw new IllegalArgumentException("inARow " + inARow + "; expected at least 1");
      }
    }
  }

  /**
   * The run goes back to the newest checkpoint that {@code checkpoint.everySteps} or {@code
   * checkpoint.everyEpochs} made (before any, to its start), and on from there with a lower
   * learning rate. Checkpoints by time are passed over: where one falls depends on the machine.
   *
   * @param times in a run, at most; one more ends it
   * @param learningRateFactor what each multiplies the learning rate by
   */
  @Kind("rollback")
  @Doc("Go back to the last checkpoint by steps or epochs, with a lower learning rate.")
  record Rollback(
      @Default("3") @Doc("How often in a run at most.") int times,
      @Default("0.5") @Doc("What each multiplies the learning rate by.") double learningRateFactor)
      implements OnNonFinite {
    public Rollback {
      if (times < 1) {
        throw new IllegalArgumentException("times " + times + "; expected at least 1");
      }
      if (!(learningRateFactor > 0 && learningRateFactor < 1)) {
        throw new IllegalArgumentException(
            "learningRateFactor "
                + learningRateFactor
                + "; expected a number between 0 and 1, both excluded");
      }
    }
  }
}
