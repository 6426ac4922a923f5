package io.gradflow.driver.step;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepId;
import java.util.List;

/**
 * How long the tasks of one step, or of one evaluation, may take; and what is said when they take
 * longer.
 *
 * @param what is waited for, e.g. {@code step 12}
 * @param millis at most
 */
record StepDeadline(String what, long millis) {
  /** After so long a step that waits says for whom, and again and again. */
  static final long NOTICE_MILLIS = 15_000;

  /** Of a step; steps count from 1 in what people read. */
  static StepDeadline of(StepId id, long millis) {
    return new StepDeadline("step " + (id.step() + 1), millis);
  }

  /** Of an evaluation. */
  static StepDeadline of(Split split, long millis) {
    return new StepDeadline("evaluation of " + split + " rows", millis);
  }

  /**
   * What to say of a step that takes long.
   *
   * @param sinceMillis how long it has taken so far
   */
  String waiting(long sinceMillis, List<String> awaited) {
    return what
        + " has taken "
        + sinceMillis / 1000
        + " s; waiting for "
        + (awaited.isEmpty() ? "Spark to begin" : String.join(", ", awaited));
  }

  /**
   * The error, with what is known of those that have not answered.
   *
   * @param awaited as {@link #task} describes them
   */
  GradflowException exceeded(List<String> awaited) {
    return new GradflowException(
        ExitCode.INTERNAL,
        what
            + ": no answer in "
            + (millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms")
            + "; waiting for "
            + (awaited.isEmpty() ? "Spark to begin" : String.join(", ", awaited))
            + "; see the executors' logs, or raise train.stepTimeout");
  }

  /**
   * {@code task 1 (micro-shards [2, 4), executor 0)}.
   *
   * @param executorId empty if the task is on none
   */
  static String task(int index, int from, int to, String executorId) {
    return "task "
        + index
        + " (micro-shards ["
        + from
        + ", "
        + to
        + "), "
        + (executorId.isEmpty() ? "not there" : "executor " + executorId)
        + ")";
  }
}
