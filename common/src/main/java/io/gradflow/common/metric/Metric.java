package io.gradflow.common.metric;

import java.util.Map;

/**
 * A metric bound to the shape of its output and target. The sums are the caller's. One owner, one
 * thread.
 */
public interface Metric {
  /** Doubles that this metric adds to. */
  int sumCount();

  /**
   * Adds the rows' contributions to {@code sums}, in ascending row order; allocates nothing.
   *
   * @param rows number of rows
   * @param outputs [rows, output width] from outputOffset, read only; logits where there is a link
   * @param targets [rows, target width] from targetOffset; a class index is stored as a float
   * @param weights [rows] example weights from weightOffset, each finite and not negative
   * @param sums added to from sumsOffset, {@link #sumCount()} of them; all zero at the start
   */
  void accumulate(
      int rows,
      float[] outputs,
      int outputOffset,
      float[] targets,
      int targetOffset,
      float[] weights,
      int weightOffset,
      double[] sums,
      int sumsOffset);

  /**
   * Named results: a {@code Double}, a {@code List<Double>} (one a class) or a {@code
   * List<List<Double>>}; in a fixed order. NaN where the sums leave a value undefined, as they do
   * without any row.
   */
  Map<String, Object> result(double[] sums, int sumsOffset);
}
