package io.gradflow.driver.train;

import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.metric.MetricSet;
import java.util.Map;

/**
 * Loss and metrics over many rows, sums already divided.
 *
 * @param rows rows seen
 * @param weightSum sum of their example weights
 * @param meanLoss weighted mean, NaN where the weights sum to 0
 * @param metrics by label, in the order of the job's metrics; numbers, lists of numbers (a class
 *     each) or lists of lists (confusion matrix)
 */
public record Evaluation(
    long rows, double weightSum, double meanLoss, Map<String, Object> metrics) {
  /** The means of one sum; 0 / 0 is NaN, as without rows nothing is known. */
  public static Evaluation of(SubtreeSum sum, MetricSet metrics) {
    EvaluationSums sums = new EvaluationSums(metrics);
    sums.add(sum);
    return sums.result();
  }
}
