package io.gradflow.common.message;

import java.util.List;
import java.util.Optional;

/**
 * What a resident task tells the driver: who it is, the last command it has carried out, and what
 * came of it. The answer is a {@link StepCommand}. Sent again it does no harm.
 *
 * @param lease the lease that the task belongs to
 * @param slot the task's partition
 * @param attempt the id of this attempt; of two attempts for a slot the larger is the newer
 * @param executorId where it runs
 * @param sharesFiles whether it and the driver map the same files
 * @param installed the version of the weights that its executor holds, -1 if none
 * @param completed the number of the last command it has carried out, -1 when it joins
 * @param sums what that command asked for; empty when it joins, or asks again
 * @param gradients where the gradients of the sums are, if not in them: those of all subtrees that
 *     have rows, one after the other
 * @param culprit what is not finite, where it was asked for
 */
public record TaskReport(
    long lease,
    int slot,
    long attempt,
    String executorId,
    boolean sharesFiles,
    long installed,
    long completed,
    Optional<StepSums> sums,
    Optional<BlockRef> gradients,
    Optional<String> culprit) {
  /** The number of the command before the first. */
  public static final long NOTHING = -1;

  /** The same report with other subtrees in its sums, and their gradients in them or elsewhere. */
  public TaskReport with(List<SubtreeSum> subtrees, Optional<BlockRef> itsGradients) {
    StepSums its = sums.orElseThrow();
    return new TaskReport(
        lease,
        slot,
        attempt,
        executorId,
        sharesFiles,
        installed,
        completed,
        Optional.of(new StepSums(its.version(), its.from(), its.to(), subtrees, its.timings())),
        itsGradients,
        culprit);
  }

  /** As it is, for the log: Spark names messages that come too late. */
  @Override
  public String toString() {
    return "report of task " + slot + " (attempt " + attempt + ") on command " + completed;
  }
}
