package io.gradflow.worker.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.driver.step.InProcessSteps;
import io.gradflow.driver.step.SmallRun;
import io.gradflow.driver.train.TrainSettings;
import io.gradflow.driver.train.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowsAtOnceTest {
  @TempDir private Path directory;

  @Test
  void train_microShardsInChunksOfRows_sameBits() {
    SmallRun run = new SmallRun(2, 103, 20, 0.02);
    String whole = train(run, Optional.empty());
    for (int rows : new int[] {1, 3, 7, 100}) {
      assertEquals(whole, train(run, Optional.of(rows)), rows + " rows at once");
    }
  }

  @Test
  void of_workspaceThatDoesNotFit_halvesTheRows() {
    RunSpec spec = SmallRun.of(2).spec();
    long all =
        spec.network()
            .workspaceFloats(spec.schema(), spec.objectives(), 64, spec.numerics().gemm());
    assertEquals(64, RowsAtOnce.of(spec, 64, all));
    assertEquals(32, RowsAtOnce.of(spec, 64, all - 1));
    assertEquals(1, RowsAtOnce.of(spec, 64, 0));
  }

  private String train(SmallRun run, Optional<Integer> rowsAtOnce) {
    RunSpec plain = run.spec();
    RunSpec spec =
        new RunSpec(
            plain.network(),
            plain.schema(),
            plain.outputs(),
            plain.numerics(),
            plain.seed(),
            plain.rows(),
            plain.batchSize(),
            plain.microShards(),
            rowsAtOnce,
            List.of(),
            Optional.empty());
    assertEquals(spec, RunSpec.fromJson(spec.toJson()));
    try (InProcessSteps steps = new InProcessSteps(spec, run.shards(directory), 2)) {
      TrainSettings settings = new TrainSettings(3, Optional.empty(), true, 1);
      return new Trainer(settings, spec, run.optimizer(), steps, List.of(), () -> false)
          .train(run.startingWeights())
          .weightsSha256();
    }
  }
}
