package io.gradflow.driver.step;

import io.gradflow.common.message.SubtreeSum;

/**
 * What a step added up to, and where the time went.
 *
 * @param sum over all micro-shards
 * @param tasks tasks that took part
 * @param computeNanos of the slowest task
 * @param waitNanos from the first task's answer to the last one's: what the slowest made others
 *     wait
 * @param broadcastNanos handing down the weights
 * @param reduceNanos the driver's additions after the last task had computed
 * @param totalNanos all of it
 */
public record StepSum(
    SubtreeSum sum,
    int tasks,
    long computeNanos,
    long waitNanos,
    long broadcastNanos,
    long reduceNanos,
    long totalNanos) {
  /** The same step with another sum. */
  public StepSum withSum(SubtreeSum other) {
    return new StepSum(
        other, tasks, computeNanos, waitNanos, broadcastNanos, reduceNanos, totalNanos);
  }
}
