package io.gradflow.worker.replica;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.augment.AugmentSpec;
import io.gradflow.common.data.BatchPlan;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.Objectives;
import io.gradflow.common.loss.OutputSteps;
import io.gradflow.common.metric.MetricSet;
import io.gradflow.common.metric.MetricSpec;
import io.gradflow.common.metric.OutputSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run computes: all that executors need to know beside weights and data. Shipped as JSON,
 * once an executor.
 *
 * @param network the network
 * @param schema fields of the encoded examples
 * @param outputs what each of the network's outputs is trained for and measured by, in order
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
    List<OutputSpec> outputs,
    Numerics numerics,
    long seed,
    long rows,
    int batchSize,
    int microShards,
    Optional<Integer> rowsAtOnce,
    List<AugmentSpec> augment,
    Optional<Integer> shuffleWindow) {
  /** A run of one output against one target that computes as many rows at once as fit the heap. */
  public RunSpec(
      NetworkSpec network,
      ExampleSchema schema,
      LossSpec loss,
      List<MetricSpec> metrics,
      Numerics numerics,
      long seed,
      long rows,
      int batchSize,
      int microShards) {
    this(
        network,
        schema,
        List.of(OutputSpec.only(schema.targets().get(0).name(), loss, metrics)),
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
    outputs = List.copyOf(outputs);
    augment = List.copyOf(augment);
    if (outputs.size() != network.outputs().size()) {
      throw new IllegalArgumentException(
          outputs.size()
              + " losses for "
              + network.outputs().size()
              + " outputs; expected one each");
    }
  }

  /** The same run with whole gradients: {@link NetworkSpec#untruncated}. */
  public RunSpec untruncated() {
    return new RunSpec(
        network.untruncated(),
        schema,
        outputs,
        numerics,
        seed,
        rows,
        batchSize,
        microShards,
        rowsAtOnce,
        augment,
        shuffleWindow);
  }

  /** Which rows each step takes. */
  public BatchPlan batchPlan() {
    return new BatchPlan(seed, rows, batchSize, microShards, shuffleWindow);
  }

  /** What the outputs are trained for. */
  public Objectives objectives() {
    return OutputSpec.objectives(outputs);
  }

  /** The metrics of all outputs, bound to their targets. */
  public MetricSet metricSet() {
    return MetricSet.bind(outputs, outputSteps());
  }

  /** How the outputs are read: as a whole, or step by step. */
  List<OutputSteps> outputSteps() {
    List<OutputSteps> steps = new ArrayList<>();
    for (OutputSpec output : outputs) {
      Field target = schema.targets().get(targetIndex(steps.size()));
      steps.add(network.outputSteps(steps.size(), output.loss(), target));
    }
    return steps;
  }

  /** The index of an output's target in the schema. */
  int targetIndex(int output) {
    return schema.targets().stream()
        .map(Field::name)
        .toList()
        .indexOf(outputs.get(output).target());
  }

  public String toJson() {
    return SpecWriter.toJson(this);
  }

  public static RunSpec fromJson(String json) {
    return SpecReader.readJson(json, RunSpec.class);
  }
}
