package io.gradflow.common.message;

import java.io.Serializable;

/**
 * The sums of the micro-shards under one node of the {@code MicroShardTree}. Its arrays belong to
 * whoever holds the message: a receiver may add into them.
 *
 * @param level the node's level, its highest name where it was carried up
 * @param index the node's index within its level
 * @param rows rows added up; 0 makes it the identity, whatever its arrays hold
 * @param lossSum sum_i w_i l_i
 * @param weightSum sum_i w_i, what the driver divides by
 * @param gradientSum sum_i w_i dl_i/dp over the flat parameter vector; empty when only losses and
 *     metrics were asked for
 * @param metricSums as laid out by the run's metrics
 */
@SuppressWarnings("ArrayRecordComponent") // A message that owns its arrays; never compared.
public record SubtreeSum(
    int level,
    int index,
    long rows,
    double lossSum,
    double weightSum,
    float[] gradientSum,
    double[] metricSums)
    implements Serializable {
  public SubtreeSum {
    if (level < 0 || index < 0 || rows < 0) {
      throw new IllegalArgumentException(
          "sum of node ("
              + level
              + ", "
              + index
              + ") with "
              + rows
              + " rows; expected none below 0");
    }
  }

  /** The same sum with another array for its gradient. */
  public SubtreeSum withGradient(float[] gradient) {
    return new SubtreeSum(level, index, rows, lossSum, weightSum, gradient, metricSums);
  }

  /**
   * The same sum as that of another node: a node that was carried up, or whose sibling is empty.
   */
  public SubtreeSum at(int otherLevel, int otherIndex) {
    return new SubtreeSum(
        otherLevel, otherIndex, rows, lossSum, weightSum, gradientSum, metricSums);
  }
}
