package io.gradflow.worker.replica;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.augment.AugmentSpec;
import io.gradflow.common.data.BatchPlan;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.OutputSteps;
import io.gradflow.common.metric.MetricSet;
import io.gradflow.common.metric.MetricSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecWriter;
import java.util.List;
import java.util.Optional;

/**
 * What a run computes: all that executors need to know beside weights and data. Shipped as JSON,
 * once an executor.
 *
 * @param network the network
 * @param schema fields of the encoded examples
 * @param losses one per output
 * @param metrics of the first output
 * @param numerics which arithmetic
 * @param seed the job's seed
 * @param rows training rows
 * @param batchSize rows a step
 * @param microShards parts that every step is added up from
 * @param rowsAtOnce rows of a micro-shard that are computed at once; as many as fit the heap unless
 *     given; no bit depends on them
 * @param augment random changes of the training rows
 * @param shuffleWindow rows of a micro-shard that are shuffled among themselves; all unless given
 */
public record RunSpec(
    NetworkSpec network,
    ExampleSchema schema,
    List<LossSpec> losses,
    List<MetricSpec> metrics,
    Numerics numerics,
    long seed,
    long rows,
    int batchSize,
    int microShards,
    Optional<Integer> rowsAtOnce,
    List<AugmentSpec> augment,
    Optional<Integer> shuffleWindow) {
  /** A run that computes as many rows at once as fit the heap, and rows as they are. */
  public RunSpec(
      NetworkSpec network,
      ExampleSchema schema,
      List<LossSpec> losses,
      List<MetricSpec> metrics,
      Numerics numerics,
      long seed,
      long rows,
      int batchSize,
      int microShards) {
    this(
        network,
        schema,
        losses,
        metrics,
        numerics,
        seed,
        rows,
        batchSize,
        microShards,
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  public RunSpec {
    losses = List.copyOf(losses);
    metrics = List.copyOf(metrics);
    augment = List.copyOf(augment);
    if (losses.size() != network.outputs().size()) {
      throw new IllegalArgumentException(
          losses.size()
              + " losses for "
              + network.outputs().size()
              + " outputs; expected one each");
    }
  }

  /** Which rows each step takes. */
  public BatchPlan batchPlan() {
    return new BatchPlan(seed, rows, batchSize, microShards, shuffleWindow);
  }

  /** The metrics, bound to the first output and its target. */
  public MetricSet metricSet() {
    OutputSteps steps = outputSteps();
    return MetricSet.bind(metrics, steps.output(), steps.target(), losses.get(0).link());
  }

  /** How the first output is read: as a whole, or step by step. */
  OutputSteps outputSteps() {
    return network.outputSteps(0, losses.get(0), schema.targets().get(0));
  }

  public String toJson() {
    return SpecWriter.toJson(this);
  }

  public static RunSpec fromJson(String json) {
    return SpecReader.readJson(json, RunSpec.class);
  }
}
