package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.metric.MetricSpec;
import io.gradflow.common.metric.OutputSpec;
import io.gradflow.common.model.ModelOutput;
import io.gradflow.common.model.ModelSpec;
import io.gradflow.common.spec.SpecReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A metric that an evaluation is asked for.
 *
 * @param output the one that it measures; every output that it fits unless given
 */
public record OutputMetric(Optional<String> output, MetricSpec metric) {
  /** The metric of every output that it fits. */
  public static OutputMetric everywhere(MetricSpec metric) {
    return new OutputMetric(Optional.empty(), metric);
  }

  /**
   * Reads a metric as a job's metrics are written, in YAML; with an output's name and a dot before
   * it, as its results are called: {@code topK: 3}, {@code digit.topK: 3}.
   *
   * @param origin of the text, for errors
   */
  public static OutputMetric read(String text, String origin, ModelSpec model) {
    for (ModelOutput output : model.modelOutputs()) {
      String prefix = output.name() + ".";
      if (text.startsWith(prefix)) {
        String metric = text.substring(prefix.length());
        return new OutputMetric(
            Optional.of(output.name()), SpecReader.readYaml(metric, origin, MetricSpec.class));
      }
    }
    return everywhere(SpecReader.readYaml(text, origin, MetricSpec.class));
  }

  /**
   * A model's outputs, measured by these metrics instead of those that training reported; by the
   * latter where there are none.
   *
   * @throws GradflowException USAGE if a metric fits no output, or not the one that it is for
   */
  static List<OutputSpec> measured(ModelSpec model, List<OutputMetric> metrics) {
    List<ModelOutput> outputs = model.modelOutputs();
    if (metrics.isEmpty()) {
      return outputs.stream().map(ModelOutput::spec).toList();
    }
    metrics.forEach(metric -> metric.requireAnOutput(outputs));
    List<OutputSpec> measured = new ArrayList<>();
    for (ModelOutput output : outputs) {
      List<MetricSpec> chosen =
          metrics.stream()
              .filter(metric -> metric.asks(output) && metric.misfit(output).isEmpty())
              .map(OutputMetric::metric)
              .toList();
      measured.add(output.spec().measuredBy(chosen));
    }
    return measured;
  }

  private boolean asks(ModelOutput of) {
    return output.isEmpty() || output.get().equals(of.name());
  }

  private void requireAnOutput(List<ModelOutput> outputs) {
    List<ModelOutput> asked = outputs.stream().filter(this::asks).toList();
    if (asked.isEmpty()) {
      throw new GradflowException(
          ExitCode.USAGE,
          "metric %s of output %s, which the model does not have; its outputs are %s"
              .formatted(
                  metric.label(),
                  output.orElseThrow(),
                  outputs.stream().map(ModelOutput::name).toList()));
    }
    List<String> misfits =
        asked.stream()
            .flatMap(each -> misfit(each).map(why -> each.name() + ": " + why).stream())
            .toList();
    if (misfits.size() == asked.size()) {
      throw new GradflowException(
          ExitCode.USAGE,
          "metric %s does not fit output %s".formatted(metric.label(), String.join("; ", misfits)));
    }
  }

  private Optional<String> misfit(ModelOutput of) {
    try {
      of.bind(metric);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }
}
