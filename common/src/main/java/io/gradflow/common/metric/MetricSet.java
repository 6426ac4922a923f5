package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.LossSums;
import io.gradflow.common.loss.OutputSteps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The metrics of all outputs of a network, their sums side by side in one array. One owner, one
 * thread.
 *
 * <p>With several outputs a result is called by its output's name, a dot and its own; and each
 * output has a result {@code NAME.loss}: the mean of its loss alone, not multiplied by the output's
 * weight. Its sums lie behind those of the metrics.
 */
public final class MetricSet {
  /** What names of results of one output begin with, its metrics and the place of their sums. */
  private record Part(
      String prefix, List<MetricSpec> specs, List<Metric> metrics, int firstSum, int sums) {}

  private final List<Part> parts;

  /** Index of the sum of weights, behind one sum of losses an output; or -1 with one output. */
  private final int weightSum;

  private final int sumCount;

  private MetricSet(List<Part> parts) {
    this.parts = List.copyOf(parts);
    int count = parts.stream().mapToInt(Part::sums).sum();
    boolean several = parts.size() > 1;
    this.weightSum = several ? count + parts.size() : -1;
    this.sumCount = several ? weightSum + 1 : count;
  }

  /**
   * Binds metrics to an output that is read as a whole and its target.
   *
   * @throws IllegalArgumentException if one does not fit or two have results of one name
   */
  public static MetricSet bind(
      List<MetricSpec> specs, Shape output, Field target, LossSpec.Link link) {
    return bind(specs, new OutputSteps(1, output, target), link);
  }

  /**
   * Binds metrics to the only output of a network.
   *
   * @param steps how it is read
   * @throws IllegalArgumentException if one does not fit or two have results of one name
   */
  public static MetricSet bind(List<MetricSpec> specs, OutputSteps steps, LossSpec.Link link) {
    return new MetricSet(List.of(part("", specs, steps, link, 0))).checked();
  }

  /**
   * Binds the metrics of all outputs.
   *
   * @param steps how each output is read
   * @throws IllegalArgumentException if one does not fit or two have results of one name
   */
  public static MetricSet bind(List<OutputSpec> outputs, List<OutputSteps> steps) {
    List<Part> parts = new ArrayList<>();
    int sums = 0;
    for (int i = 0; i < outputs.size(); i++) {
      OutputSpec output = outputs.get(i);
      String prefix = outputs.size() == 1 ? "" : output.name() + ".";
      parts.add(part(prefix, output.metrics(), steps.get(i), output.loss().link(), sums));
      sums += parts.get(i).sums();
    }
    return new MetricSet(parts).checked();
  }

  private static Part part(
      String prefix, List<MetricSpec> specs, OutputSteps steps, LossSpec.Link link, int firstSum) {
    List<Metric> metrics = specs.stream().map(spec -> spec.bind(steps, link)).toList();
    int sums = metrics.stream().mapToInt(Metric::sumCount).sum();
    return new Part(prefix, List.copyOf(specs), metrics, firstSum, sums);
  }

  private MetricSet checked() {
    results(new double[sumCount], 0);
    return this;
  }

  /** Doubles that all metrics together add to. */
  public int sumCount() {
    return sumCount;
  }

  /** As {@link Metric#accumulate}, for every metric of an output. */
  public void accumulate(
      int output,
      int rows,
      float[] outputs,
      int outputOffset,
      float[] targets,
      int targetOffset,
      float[] weights,
      int weightOffset,
      double[] sums,
      int sumsOffset) {
    Part part = parts.get(output);
    int so = sumsOffset + part.firstSum();
    for (int i = 0; i < part.metrics().size(); i++) {
      Metric metric = part.metrics().get(i);
      metric.accumulate(
          rows, outputs, outputOffset, targets, targetOffset, weights, weightOffset, sums, so);
      so += metric.sumCount();
    }
  }

  /** Outputs whose losses are summed one by one: all, or none if there is only one. */
  public int outputLosses() {
    return parts.size() > 1 ? parts.size() : 0;
  }

  /** Adds what the outputs' losses came to, where there are several. */
  public void addLosses(LossSums losses, double[] sums, int sumsOffset) {
    if (weightSum < 0) {
      return;
    }
    for (int i = 0; i < parts.size(); i++) {
      sums[sumsOffset + lossSum(i)] += losses.outputLossSum(i);
    }
    sums[sumsOffset + weightSum] += losses.weightSum();
  }

  /** The results of all outputs, in order; values as {@link Metric#result}. */
  public Map<String, Object> results(double[] sums, int sumsOffset) {
    Map<String, Object> results = new LinkedHashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      if (weightSum >= 0) {
        double mean = sums[sumsOffset + lossSum(i)] / sums[sumsOffset + weightSum];
        results.put(part.prefix() + "loss", mean);
      }
      int so = sumsOffset + part.firstSum();
      for (Metric metric : part.metrics()) {
        for (Map.Entry<String, Object> entry : metric.result(sums, so).entrySet()) {
          put(results, part, entry.getKey(), entry.getValue());
        }
        so += metric.sumCount();
      }
    }
    return results;
  }

  private static void put(Map<String, Object> results, Part part, String name, Object value) {
    if (results.put(part.prefix() + name, value) != null) {
      throw new IllegalArgumentException(
          "metrics "
              + part.specs()
              + ": the result "
              + part.prefix()
              + name
              + " appears twice; name each metric once");
    }
  }

  /** Those results that are one number, in order. */
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

  private int lossSum(int output) {
    return weightSum - parts.size() + output;
  }
}
