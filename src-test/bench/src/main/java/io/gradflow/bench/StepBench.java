package io.gradflow.bench;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.VectorSupport;
import io.gradflow.common.data.PackedShard;
import io.gradflow.common.message.Split;
import io.gradflow.driver.step.InProcessSteps;
import io.gradflow.worker.replica.RunSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * One training step in libtorch (1 and 2 threads) and in Gradflow on 2 threads, without Spark and
 * then through Spark, in one process and alternating.
 *
 * <p>Arguments, in any order: the workload, {@code mlp} unless given; {@code native} for OpenBLAS
 * instead of portable numerics; {@code inProcess} to leave out Spark, and libtorch on one thread;
 * {@code rounds=N}; {@code microShards=N} for other parts of a minibatch than the default.
 */
public final class StepBench {
  private static final int THREADS = 2;

  private StepBench() {}

  public static void main(String[] args) throws IOException {
    Arguments arguments = new Arguments(args, "rounds", "microShards");
    boolean inProcess = arguments.take("inProcess");
    Numerics numerics = arguments.take("native") ? Numerics.NATIVE : Numerics.PORTABLE;
    arguments.expectAtMost(1);
    Workload named = Workload.of(arguments.words().isEmpty() ? "mlp" : arguments.words().get(0));
    Workload workload = named.withMicroShards(arguments.number("microShards", named.microShards()));
    Contest contest = new Contest(4, 0.7, arguments.number("rounds", 12));
    String title =
        workload.title()
            + ", "
            + workload.microShards()
            + " micro-shards; "
            + VectorSupport.description();
    String name = "Gradflow " + numerics + ", ";
    try (LibtorchStep one = new LibtorchStep(workload, 1);
        LibtorchStep two = new LibtorchStep(workload, 2)) {
      RunSpec run =
          GradflowStep.run(
              workload, numerics, workload.microShards(), GradflowStep.schema(workload));
      List<PackedShard> shards = GradflowStep.shards(workload, run);
      InProcessSteps threads = new InProcessSteps(run, Map.of(Split.TRAIN, shards), THREADS);
      try (GradflowStep ours = new GradflowStep(name + "in process", run, threads, THREADS)) {
        if (inProcess) {
          contest.run(title, two, ours);
          return;
        }
        contest.run(title, one, two, ours);
      }
      String master = "local[" + THREADS + "]";
      try (SparkRig rig = new SparkRig(master, workload)) {
        RunSpec onSpark = rig.run(numerics);
        try (GradflowStep ours =
            new GradflowStep(
                name + master + ", a job a step", onSpark, rig.jobSteps(onSpark), THREADS)) {
          contest.run(title, one, two, ours);
        }
        try (GradflowStep ours =
            new GradflowStep(
                name + master + ", resident", onSpark, rig.residentSteps(onSpark), THREADS)) {
          contest.run(title, one, two, ours);
        }
      }
    }
  }
}
