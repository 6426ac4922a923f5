package io.gradflow.bench;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.VectorSupport;
import io.gradflow.common.data.BatchPlan;
import io.gradflow.common.data.PackedShard;
import io.gradflow.common.message.Split;
import io.gradflow.driver.step.InProcessSteps;
import io.gradflow.worker.replica.RunSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * One training step in libtorch (1 and 2 threads) and in Gradflow without Spark (portable numerics
 * unless {@code native} is given; 2 threads), in one process and alternating.
 *
 * <p>Arguments: {@code mlp} or {@code small}, {@code native}, {@code rounds=N}.
 */
public final class MlpBench {
  private static final int THREADS = 2;

  private MlpBench() {}

  public static void main(String[] args) throws IOException {
    List<String> arguments = List.of(args);
    Workload workload = arguments.contains("small") ? Workload.SMALL : Workload.MLP;
    Numerics numerics = arguments.contains("native") ? Numerics.NATIVE : Numerics.PORTABLE;
    int rounds =
        arguments.stream()
            .filter(argument -> argument.startsWith("rounds="))
            .mapToInt(argument -> Integer.parseInt(argument.substring("rounds=".length())))
            .findFirst()
            .orElse(12);
    RunSpec run =
        GradflowStep.run(workload, numerics, BatchPlan.defaultMicroShards(workload.batch()));
    List<PackedShard> shards = GradflowStep.shards(workload, run);
    String name = "Gradflow " + numerics + ", in process, " + THREADS + " threads";
    try (LibtorchStep one = new LibtorchStep(workload, 1);
        LibtorchStep two = new LibtorchStep(workload, 2);
        GradflowStep ours =
            new GradflowStep(
                name,
                run,
                new InProcessSteps(run, Map.of(Split.TRAIN, shards), THREADS),
                THREADS)) {
      new Contest(4, 0.7, rounds)
          .run(workload.title() + "; " + VectorSupport.description(), one, two, ours);
    }
  }
}
