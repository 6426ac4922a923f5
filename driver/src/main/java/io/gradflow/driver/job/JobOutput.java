package io.gradflow.driver.job;

import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.metric.DefaultMetrics;
import io.gradflow.common.metric.MetricSpec;
import io.gradflow.common.metric.OutputSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An output of a job's network, written as {@code loss} and {@code train.metrics} or as one of
 * {@code outputs}.
 *
 * @param name of the output: its target's where there is one only
 * @param node whose output it is; the network's only one unless given
 * @param target what it is compared with
 * @param metrics beside the loss; by the target unless given
 * @param lossAt path of the loss in the job file
 * @param metricsAt path of the metrics
 */
record JobOutput(
    String name,
    Optional<String> node,
    String target,
    LossSpec loss,
    float weight,
    Optional<List<MetricSpec>> metrics,
    String lossAt,
    String metricsAt) {
  static final String LOSS = "loss";
  static final String OUTPUTS = "outputs";

  /**
   * The outputs of a job.
   *
   * @param targets names of what is predicted, in order, at least one
   */
  static List<JobOutput> of(
      Optional<LossSpec> loss,
      Map<String, OutputEntry> entries,
      Optional<List<MetricSpec>> metrics,
      Set<String> targets) {
    String only = targets.iterator().next();
    List<JobOutput> outputs = new ArrayList<>();
    loss.ifPresent(
        each ->
            outputs.add(
                new JobOutput(
                    only, Optional.empty(), only, each, 1, metrics, LOSS, "train.metrics")));
    entries.forEach(
        (name, entry) -> {
          String path = OUTPUTS + "." + name;
          String target = entry.target().orElse(targets.contains(name) ? name : only);
          outputs.add(
              new JobOutput(
                  name,
                  Optional.of(entry.node().orElse(name)),
                  target,
                  entry.loss(),
                  entry.weight(),
                  entry.metrics(),
                  path + ".loss",
                  path + ".metrics"));
        });
    return outputs;
  }

  /** What is measured beside the loss, for this target. */
  List<MetricSpec> metrics(Field field) {
    return metrics.orElseGet(() -> DefaultMetrics.of(field, loss.link()));
  }

  /** The output, now that its target is known. */
  OutputSpec spec(Field field) {
    return new OutputSpec(name, target, loss, weight, metrics(field));
  }
}
