package io.gradflow.driver.job;

import io.gradflow.common.array.Gemm;
import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.loss.Objectives;
import io.gradflow.common.metric.OutputSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.driver.data.LabelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a job's network takes: as far as the job file alone tells, or with what the data decide.
 *
 * @param parameters that training changes
 * @param kept parameters that no optimizer changes: statistics and frozen layers
 * @param workspaceBytesPerExample activations, their gradients and scratch that grow with rows
 * @param rows computed at once: those that a micro-shard has in a step, or fewer if the job says so
 * @param workspaceBytes peak of one replica; a task has one for each of its threads
 * @param assumption what the sizes take for granted that only the data can tell
 */
public record NetworkSize(
    int parameters,
    int kept,
    long workspaceBytesPerExample,
    int rows,
    long workspaceBytes,
    Optional<String> assumption) {
  private static final int FEW = 64;

  /** The sizes, or none if they depend on columns that only the data has. */
  public static Optional<NetworkSize> of(Job job) {
    Optional<List<Field>> inputs = FeatureShapes.inputs(job.data());
    Map<String, LabelSpec> labels = job.data().labels();
    if (inputs.isEmpty() || labels.isEmpty()) {
      return Optional.empty();
    }
    List<Field> targets = new ArrayList<>();
    List<String> assumed = new ArrayList<>();
    labels.forEach(
        (name, label) -> {
          Field target = LabelFit.first(label, job.data()).target().named(name);
          targets.add(target);
          boolean open = label.targets(job.data()).limit(2).count() > 1;
          if (open && target.kind() == Field.Kind.CLASS) {
            assumed.add(
                "%d classes%s, as their number is not in the job file (data.%s.classes)"
                    .formatted(
                        target.classes().size(),
                        labels.size() == 1 ? "" : " of " + name,
                        job.data().label().isPresent() ? "label" : "targets." + name));
          }
        });
    try {
      Optional<String> assumption =
          assumed.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", assumed));
      return Optional.of(of(job, new ExampleSchema(inputs.get(), targets), assumption));
    } catch (GradflowException e) {
      // The least that the label may come to does not fit the network: the data decides.
      return Optional.empty();
    }
  }

  /** The sizes with the columns and classes that the data have. */
  public static NetworkSize of(Job job, ExampleSchema schema) {
    return of(job, schema, Optional.empty());
  }

  private static NetworkSize of(Job job, ExampleSchema schema, Optional<String> assumption) {
    NetworkSpec network = job.network(schema);
    ParamLayout layout = network.layout();
    Objectives objectives = OutputSpec.objectives(job.outputSpecs(schema));
    Gemm gemm = job.train().numerics().gemm();
    int parts = job.train().microShardCount();
    int share = (job.train().batchSize() + parts - 1) / parts;
    int rows = job.train().rowsAtOnce().map(most -> Math.min(most, share)).orElse(share);
    long few = network.workspaceFloats(schema, objectives, FEW, gemm);
    long twice = network.workspaceFloats(schema, objectives, 2 * FEW, gemm);
    return new NetworkSize(
        layout.trainableSize(),
        layout.size() - layout.trainableSize(),
        (twice - few) / FEW * Float.BYTES,
        rows,
        network.workspaceFloats(schema, objectives, rows, gemm) * Float.BYTES,
        assumption);
  }

  /**
   * About what the driver holds beside Spark itself: the weights as they are and as they become,
   * one gradient for each micro-shard, two moments of an optimizer such as Adam, and a copy of
   * weights and moments while a checkpoint is written.
   */
  public long driverBytes(int microShards) {
    return (7L + microShards) * (parameters + (long) kept) * Float.BYTES;
  }

  /** What tasks send to the driver in a step: at most one sum for each micro-shard. */
  public long resultBytes(int microShards) {
    return microShards * (parameters + (long) kept) * Float.BYTES;
  }
}
