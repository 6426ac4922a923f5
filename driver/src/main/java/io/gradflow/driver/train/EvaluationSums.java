package io.gradflow.driver.train;

import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.metric.MetricSet;
import java.util.Arrays;

/** Sums of losses and metrics over several steps, in the order they are added. */
final class EvaluationSums {
  private final MetricSet metrics;
  private final double[] metricSums;
  private long rows;
  private double weightSum;
  private double lossSum;

  EvaluationSums(MetricSet metrics) {
    this.metrics = metrics;
    this.metricSums = new double[metrics.sumCount()];
  }

  void reset() {
    rows = 0;
    weightSum = 0;
    lossSum = 0;
    Arrays.fill(metricSums, 0);
  }

  void add(SubtreeSum sum) {
    if (sum.rows() == 0) {
      return;
    }
    rows += sum.rows();
    weightSum += sum.weightSum();
    lossSum += sum.lossSum();
    for (int i = 0; i < metricSums.length; i++) {
      metricSums[i] += sum.metricSums()[i];
    }
  }

  /** A copy of the sums. */
  RunningSums sums() {
    return new RunningSums(rows, weightSum, lossSum, metricSums.clone());
  }

  /**
   * Goes on from sums taken before.
   *
   * @throws IllegalArgumentException if they are of other metrics
   */
  void restore(RunningSums sums) {
    if (sums.metricSums().length != metricSums.length) {
      throw new IllegalArgumentException(
          sums.metricSums().length + " metric sums; this run has " + metricSums.length);
    }
    rows = sums.rows();
    weightSum = sums.weightSum();
    lossSum = sums.lossSum();
    System.arraycopy(sums.metricSums(), 0, metricSums, 0, metricSums.length);
  }

  /** The means; 0 / 0 is NaN, as without rows nothing is known. */
  Evaluation result() {
    return new Evaluation(rows, weightSum, lossSum / weightSum, metrics.results(metricSums, 0));
  }
}
