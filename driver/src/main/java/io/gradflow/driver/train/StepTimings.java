package io.gradflow.driver.train;

import io.gradflow.driver.step.StepSum;

/**
 * Where the wall-clock time of one step went, in nanoseconds. All but the waiting, which lies
 * within the others, add up to the total.
 *
 * @param totalNanos from asking for the step to the updated weights
 * @param computeNanos the slowest task's forward, loss and backward
 * @param waitNanos what the slowest task made the first one to answer wait
 * @param broadcastNanos handing the weights down
 * @param reduceNanos the driver's additions that no task's computing hid
 * @param optimizerNanos dividing, transforming and updating the weights
 * @param sparkNanos the rest: scheduling, messages, waiting
 */
public record StepTimings(
    long totalNanos,
    long computeNanos,
    long waitNanos,
    long broadcastNanos,
    long reduceNanos,
    long optimizerNanos,
    long sparkNanos) {
  /** The timings of a step and of the update that followed it. */
  static StepTimings of(StepSum step, long optimizerNanos) {
    long known = step.computeNanos() + step.broadcastNanos() + step.reduceNanos();
    return new StepTimings(
        step.totalNanos() + optimizerNanos,
        step.computeNanos(),
        step.waitNanos(),
        step.broadcastNanos(),
        step.reduceNanos(),
        optimizerNanos,
        Math.max(0, step.totalNanos() - known));
  }
}
