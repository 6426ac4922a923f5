package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import java.util.List;
import java.util.Map;

/** Several metrics of one output, their sums side by side in one array. Keeps no state. */
public final class MetricSet {
  private MetricSet() {}

  /**
   * Binds metrics to an output and its target.
   *
   * @throws IllegalArgumentException if one does not fit or two have results of one name
   */
  public static MetricSet bind(
      List<MetricSpec> specs, Shape output, Field target, LossSpec.Link link) {
    return new MetricSet();
  }

  /** What is reported when a job names no metrics: accuracy for classes; mse, mae for numbers. */
  public static List<MetricSpec> defaults(Field target) {
    throw new UnsupportedOperationException();
  }

  /** Doubles that all metrics together add to. */
  public int sumCount() {
    return 0;
  }

  /** As {@link Metric#accumulate}, for every metric. */
  public void accumulate(
      int rows,
      float[] outputs,
      int outputOffset,
      float[] targets,
      int targetOffset,
      float[] weights,
      int weightOffset,
      double[] sums,
      int sumsOffset) {
    throw new UnsupportedOperationException();
  }

  /** The results of all metrics, in the order of the specs. */
  public Map<String, Object> results(double[] sums, int sumsOffset) {
    throw new UnsupportedOperationException();
  }

  /** Those results that are one number, in the order of the specs. */
  public Map<String, Double> numbers(double[] sums, int sumsOffset) {
    throw new UnsupportedOperationException();
  }
}
