package io.gradflow.chaos;

import io.gradflow.chaos.ChaosJob.Steps;
import io.gradflow.chaos.ChaosRuns.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that can be done to a run, many times. Takes some half an hour, so it runs when asked
 * for, in whole or by methods ({@code -Dtest='ChaosLongTest#network*'}):
 *
 * <pre>{@code
 * ./mvnw verify -pl src-test -am -Dtest='Chaos*Test' -Dsurefire.failIfNoSpecifiedTests=false \\
 *     -Dgradflow.chaos=true
 * }</pre>
 */
@Tag("cluster")
@EnabledIfSystemProperty(named = "gradflow.chaos", matches = "true")
class ChaosLongTest {
  private static final long SEED = 13;
  private static final int RUNS = 10;
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

  @Test
  void killedExecutors_onALocalCluster_sameBits() throws Exception {
    runs.sameBits(runs.localCluster(), List.of(), killedExecutors(new Random(SEED)));
  }

  @Test
  void onMasterAndWorkers_sameBits() throws Exception {
    Random random = new Random(SEED + 1);
    List<Run> series = killedExecutors(random);
    for (Steps steps : Steps.values()) {
      series.add(
          new Run(steps, "shards deleted", Moment.training(random, 2000), Deed.deleteShards()));
      series.add(
          new Run(
              steps,
              "shards and shuffle files deleted, kill -9 of an executor",
              Moment.training(random, 2000),
              Deed.deleteShards().and(Deed.deleteShuffleFiles()).and(Deed.killExecutor(random))));
      series.add(
          new Run(
              steps,
              "a bit flipped in every shard",
              Moment.training(random, 2000),
              Deed.flipShards(random)));
    }
    try (Site site = runs.standalone()) {
      runs.sameBits(site, List.of(), series);
    }
  }

  private static List<Run> killedExecutors(Random random) {
    List<Run> series = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      Moment moment = run % 4 == 3 ? Moment.preparing(random, 1500) : Moment.training(random, 2500);
      Steps steps = run % 2 == 0 ? Steps.RESIDENT : Steps.JOB;
      series.add(new Run(steps, "kill -9 of an executor", moment, Deed.killExecutor(random)));
    }
    return series;
  }

  @Test
  void killedDrivers_onALocalMaster_resumedToTheSameBits() throws Exception {
    killDrivers(runs.localMaster(), SEED + 2, 10);
  }

  @Test
  void killedDrivers_onALocalCluster_resumedToTheSameBits() throws Exception {
    killDrivers(runs.localCluster(), SEED + 3, 5);
  }

  @Test
  void killedDrivers_onMasterAndWorkers_resumedToTheSameBits() throws Exception {
    try (Site site = runs.standalone()) {
      killDrivers(site, SEED + 4, 5);
    }
  }

  private void killDrivers(Site site, long seed, int kills) throws Exception {
    Random random = new Random(seed);
    Path output = runs.newOutput();
    for (int kill = 0; kill < kills; kill++) {
      String what = "kill -9 of the driver";
      if (kill == 3) {
        Moment moment = Moment.preparing(random, 8000);
        runs.leave(site, Steps.RESIDENT, output, what, moment, List.of());
      } else {
        runs.leaveAfterCheckpoint(site, output, what, "", random, List.of());
      }
    }
    runs.resumes(site, Steps.RESIDENT, output, List.of(), "after " + kills + " kills");
  }

  @Test
  void frozenExecutor_pastSparksDeadline_sameBits() throws Exception {
    Random random = new Random(SEED + 5);
    List<Run> series = new ArrayList<>();
    for (Steps steps : Steps.values()) {
      series.add(
          new Run(
              steps,
              "SIGSTOP of an executor, for ever",
              Moment.training(random, 2000),
              Deed.signalExecutor(random, "STOP")));
    }
    runs.sameBits(runs.localCluster(), ChaosRuns.SOON, series);
  }

  @Test
  void frozenExecutor_pastTheStepsDeadline_saysWhoIsWaitedFor() throws Exception {
    Random random = new Random(SEED + 6);
    for (Steps steps : Steps.values()) {
      runs.ends(
          runs.localCluster(),
          steps,
          runs.newOutput(),
          "SIGSTOP of an executor, train.stepTimeout: 5s",
          Moment.training(random, 2000),
          List.of(),
          List.of("--set", "train.stepTimeout=5s"),
          Deed.signalExecutor(random, "STOP"),
          70,
          "no answer in 5 s; waiting for task ");
    }
  }

  @Test
  void terminatedDrivers_onALocalMaster_endWith75AndGoOnToTheSameBits() throws Exception {
    Random random = new Random(SEED + 7);
    Path output = runs.newOutput();
    for (int stop = 0; stop < 3; stop++) {
      runs.terminate(runs.localMaster(), Steps.RESIDENT, output, Moment.training(random, 800));
    }
    runs.resumes(runs.localMaster(), Steps.RESIDENT, output, List.of(), "after three SIGTERMs");
  }

  @Test
  void killedDriversAndDamagedCheckpoints_passedOverToTheSameBits() throws Exception {
    runs.damagedCheckpoints(new Random(SEED + 8), Damage.FILES);
  }

  @Test
  void killedDrivers_withAuthenticationAndEncryption_resumedToTheSameBits() throws Exception {
    Random random = new Random(SEED + 9);
    List<String> settings =
        List.of(
            "spark.authenticate=true",
            "spark.authenticate.secret=for-this-test-only",
            "spark.network.crypto.enabled=true",
            "spark.io.encryption.enabled=true");
    Path output = runs.newOutput();
    runs.leaveAfterCheckpoint(
        runs.localCluster(),
        output,
        "kill -9 of the driver, authentication and encryption on",
        "",
        random,
        settings);
    runs.resumes(
        runs.localCluster(), Steps.RESIDENT, output, settings, "authentication and encryption on");
  }

  @Test
  void checkpointDisk_isFull_endsWith74AndGoesOnOnceThereIsRoom() throws Exception {
    Random random = new Random(SEED + 10);
    try (SmallDisk disk = SmallDisk.mount(directory.resolve("small"))) {
      Path output = disk.path().resolve("output");
      runs.ends(
          runs.localMaster(),
          Steps.RESIDENT,
          output,
          "the checkpoints' disk fills up",
          Moment.training(random, 1000),
          List.of(),
          List.of(),
          disk.fill(),
          74,
          "No space left on device");
      runs.resumes(runs.localMaster(), Steps.RESIDENT, output, List.of(), "there is room again");
    }
  }

  @Test
  void network_cutBetweenDriverAndAWorker_sameBits() throws Exception {
    Random random = new Random(SEED + 11);
    try (TwoNetworks networks = TwoNetworks.create()) {
      try (Site site = runs.standalone(networks)) {
        List<Run> series = new ArrayList<>();
        for (Steps steps : Steps.values()) {
          series.add(
              new Run(
                  steps,
                  "network cut for 10 s",
                  Moment.training(random, 2000),
                  networks.cut(10_000)));
        }
        runs.sameBits(site, List.of(), series);
      }
      for (Steps steps : Steps.values()) {
        try (Site site = runs.standalone(networks)) {
          Run run =
              new Run(
                  steps, "network cut for ever", Moment.training(random, 2000), networks.cut(0));
          runs.sameBits(site, ChaosRuns.SOON, List.of(run));
        }
      }
    }
  }
}
