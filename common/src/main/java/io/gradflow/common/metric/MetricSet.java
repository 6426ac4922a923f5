package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Several metrics of one output, their sums side by side in one array. One owner, one thread. */
public final class MetricSet {
  private final List<MetricSpec> specs;
  private final Metric[] metrics;
  private final int sumCount;

  private MetricSet(List<MetricSpec> specs, Metric[] metrics) {
    this.specs = specs;
    this.metrics = metrics;
    int count = 0;
    for (Metric metric : metrics) {
      count += metric.sumCount();
    }
    this.sumCount = count;
  }

  /**
   * Binds metrics to an output and its target.
   *
   * @throws IllegalArgumentException if one does not fit or two have results of one name
   */
  public static MetricSet bind(
      List<MetricSpec> specs, Shape output, Field target, LossSpec.Link link) {
    Metric[] metrics =
        specs.stream().map(spec -> spec.bind(output, target, link)).toArray(Metric[]::new);
    MetricSet set = new MetricSet(List.copyOf(specs), metrics);
    set.results(new double[set.sumCount], 0);
    return set;
  }

  /** The metrics, in the order of their sums and results. */
  public List<MetricSpec> specs() {
    return specs;
  }

  /** Doubles that all metrics together add to. */
  public int sumCount() {
    return sumCount;
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
    int so = sumsOffset;
    for (Metric metric : metrics) {
      metric.accumulate(
          rows, outputs, outputOffset, targets, targetOffset, weights, weightOffset, sums, so);
      so += metric.sumCount();
    }
  }

  /** The results of all metrics, in the order of the specs; values as {@link Metric#result}. */
  public Map<String, Object> results(double[] sums, int sumsOffset) {
    Map<String, Object> results = new LinkedHashMap<>();
    int so = sumsOffset;
    for (int i = 0; i < metrics.length; i++) {
      for (Map.Entry<String, Object> entry : metrics[i].result(sums, so).entrySet()) {
        if (results.put(entry.getKey(), entry.getValue()) != null) {
          throw new IllegalArgumentException(
              "metrics "
                  + specs
                  + ": the result "
                  + entry.getKey()
                  + " appears twice; name each metric once");
        }
      }
      so += metrics[i].sumCount();
    }
    return results;
  }

  /** Those results that are one number, in the order of the specs. */
  public Map<String, Double> numbers(double[] sums, int sumsOffset) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    results(sums, sumsOffset)
        .forEach(
            (name, value) -> {
              if (value instanceof Double number) {
                numbers.put(name, number);
              }
            });
    return numbers;
  }
}
