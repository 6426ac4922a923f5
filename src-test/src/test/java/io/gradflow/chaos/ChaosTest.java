package io.gradflow.chaos;

import io.gradflow.chaos.ChaosJob.Steps;
import io.gradflow.chaos.ChaosRuns.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A little of {@link ChaosLongTest}, for every build. */
@Tag("cluster")
class ChaosTest {
  private static final long SEED = 31;
  private static final ChaosTable TABLE = new ChaosTable();

  @TempDir private Path directory;
  private ChaosRuns runs;

  @BeforeEach
  void write() throws Exception {
    runs = new ChaosRuns(directory, TABLE);
  }

  @AfterAll
  static void print() {
    TABLE.print();
  }

  /** Beside what {@code LocalClusterTest} does to executors in every build; on request. */
  @Test
  @EnabledIfSystemProperty(named = "gradflow.chaos", matches = "true")
  void onALocalCluster_executorKilledAndShardsHarmed_sameBits() throws Exception {
    Random random = new Random(SEED);
    runs.sameBits(
        runs.localCluster(),
        List.of(),
        List.of(
            new Run(
                Steps.JOB,
                "a bit flipped in every shard",
                Moment.training(random, 500),
                Deed.flipShards(random)),
            new Run(
                Steps.RESIDENT,
                "shards and shuffle files deleted, kill -9 of an executor",
                Moment.training(random, 1000),
                Deed.deleteShards()
                    .and(Deed.deleteShuffleFiles())
                    .and(Deed.killExecutor(random)))));
  }

  @Test
  void killedDriver_checkpointDamaged_resumedToTheSameBits() throws Exception {
    runs.damagedCheckpoints(new Random(SEED + 1), List.of("optimizer.safetensors"));
  }
}
