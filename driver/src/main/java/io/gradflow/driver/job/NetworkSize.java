package io.gradflow.driver.job;

import io.gradflow.common.array.Gemm;
import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.driver.data.ClassLabel;
import java.util.List;
import java.util.Optional;

/**
 * What a job's network takes, as far as the job file alone tells: no data is read.
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
    if (inputs.isEmpty() || job.data().label().isEmpty()) {
      return Optional.empty();
    }
    Field target = LabelFit.first(job.data()).target();
    ExampleSchema schema = new ExampleSchema(inputs.get(), List.of(target));
    try {
      return Optional.of(of(job, schema, target));
    } catch (GradflowException e) {
      // The least that the label may come to does not fit the network: the data decides.
      return Optional.empty();
    }
  }

  private static NetworkSize of(Job job, ExampleSchema schema, Field target) {
    NetworkSpec network = job.network(schema);
    ParamLayout layout = network.layout();
    List<LossSpec> losses = List.of(job.loss());
    Gemm gemm = job.train().numerics().gemm();
    int parts = job.train().microShardCount();
    int share = (job.train().batchSize() + parts - 1) / parts;
    int rows = job.train().rowsAtOnce().map(most -> Math.min(most, share)).orElse(share);
    long few = network.workspaceFloats(schema, losses, FEW, gemm);
    long twice = network.workspaceFloats(schema, losses, 2 * FEW, gemm);
    boolean classes =
        target.kind() == Field.Kind.CLASS
            && !(job.data().label().get() instanceof ClassLabel given
                && !given.classes().isEmpty());
    return new NetworkSize(
        layout.trainableSize(),
        layout.size() - layout.trainableSize(),
        (twice - few) / FEW * Float.BYTES,
        rows,
        network.workspaceFloats(schema, losses, rows, gemm) * Float.BYTES,
        classes
            ? Optional.of(
                target.classes().size()
                    + " classes, as their number is not in the job file (data.label.classes)")
            : Optional.empty());
  }
}
