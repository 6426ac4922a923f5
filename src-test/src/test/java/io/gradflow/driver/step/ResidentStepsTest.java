package io.gradflow.driver.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.WeightsDigest;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.Weights;
import io.gradflow.testkit.SparkSessions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ResidentStepsTest {
  private static final SparkContext SPARK = SparkSessions.local2().sparkContext();
  private static final StepSettings SETTINGS =
      new StepSettings(60_000, 2000, 60_000, 5000, 1 << 16, true);

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8})
  void train_anyNumberOfMicroShards_sameBitsAsThePlainLoop(int microShards) {
    SmallRun run = SmallRun.of(microShards);
    run.shards(directory);
    try (StepRunner steps = resident(run, SETTINGS)) {
      assertEquals(
          WeightsDigest.sha256(ReferenceLoop.train(run)), run.train(steps).weightsSha256());
    }
  }

  @Test
  void train_manyShortLeases_sameBitsAsThePlainLoop() {
    SmallRun run = SmallRun.of(4);
    run.shards(directory);
    try (StepRunner steps = resident(run, new StepSettings(1, 2000, 60_000, 5000, 1 << 16, true))) {
      assertEquals(
          WeightsDigest.sha256(ReferenceLoop.train(run)), run.train(steps).weightsSha256());
    }
  }

  @Test
  void run_aTaskThatFails_throwsWithItsOwnWordsAndCode() {
    SmallRun run = SmallRun.of(2);
    ShardSource failing = tasks -> new FailingRdd(SPARK, tasks);
    try (StepRunner steps =
        new ResidentSteps(SPARK, run.spec(), Map.of(Split.TRAIN, failing), SETTINGS, 8)) {
      GradflowException error =
          assertThrows(
              GradflowException.class,
              () -> steps.run(new StepId(0, 0, 0), new Weights(0, run.startingWeights())));
      assertEquals(ExitCode.BAD_DATA, error.code());
      assertTrue(
          error
              .getMessage()
              .matches("the shards are unreadable \\(on host \\S+, executor driver\\)"),
          error.getMessage());
    }
  }

  @Test
  void nonFinite_poisonedWeights_namesParameterAndMicroShard() {
    SmallRun run = SmallRun.of(4);
    run.shards(directory);
    float[] weights = run.startingWeights();
    try (StepRunner steps = resident(run, SETTINGS)) {
      StepId id = new StepId(0, 0, 0);
      assertTrue(steps.nonFinite(id, new Weights(0, weights)).isEmpty());
      Arrays.fill(weights, Float.MAX_VALUE);
      assertTrue(
          steps
              .nonFinite(id, new Weights(1, weights))
              .orElseThrow()
              .matches("gradient of dense_1/kernel has \\d+ non-finite values .micro-shard 0."));
    }
  }

  @Test
  void run_interrupted_endsTheLeaseAndCanBeUsedAgain() {
    SmallRun run = SmallRun.of(2);
    run.shards(directory);
    try (StepRunner steps = resident(run, SETTINGS)) {
      Weights weights = new Weights(0, run.startingWeights());
      assertEquals(10, steps.run(new StepId(0, 0, 0), weights).sum().rows());
      Thread.currentThread().interrupt();
      assertThrows(CancellationException.class, () -> steps.run(new StepId(1, 0, 1), weights));
      assertTrue(Thread.interrupted());
      assertEquals(10, steps.run(new StepId(1, 0, 1), weights).sum().rows());
    }
  }

  @Test
  void run_aTaskThatHangs_endsInTimeAndNamesIt() {
    SmallRun run = SmallRun.of(5);
    run.shards(directory);
    StepSettings impatient = new StepSettings(60_000, 30_000, 6000, 5000, 1 << 16, true);
    try (StepRunner steps = hanging(run, impatient)) {
      GradflowException error =
          assertThrows(
              GradflowException.class,
              () -> steps.run(new StepId(6, 0, 6), new Weights(0, run.startingWeights())));
      assertEquals(ExitCode.INTERNAL, error.code());
      assertTrue(error.getMessage().startsWith("step 7: no answer in"), error.getMessage());
      assertTrue(
          error.getMessage().contains("waiting for task 1 (micro-shards [2, 5)"),
          error.getMessage());
    }
  }

  @Test
  void run_jobCancelledByAnotherThread_endsAsStopped() {
    SmallRun run = SmallRun.of(2);
    run.shards(directory);
    try (StepRunner steps = hanging(run, SETTINGS);
        JobCanceller canceller = new JobCanceller(SPARK)) {
      GradflowException error =
          assertThrows(
              GradflowException.class,
              () -> steps.run(new StepId(0, 0, 0), new Weights(0, run.startingWeights())));
      assertEquals(ExitCode.STOPPED, error.code());
      assertTrue(canceller.cancelled() > 0);
    }
  }

  @Test
  void train_tasksKilled_sameBitsAsThePlainLoop() {
    SmallRun run = new SmallRun(4, 8000, 20, 0.02);
    run.shards(directory);
    StepSettings shortLeases = new StepSettings(20, 2000, 60_000, 5000, 1 << 16, true);
    try (StepRunner steps = resident(run, shortLeases);
        TaskKiller killer = new TaskKiller(SPARK, 2)) {
      assertEquals(
          WeightsDigest.sha256(ReferenceLoop.train(run)), run.train(steps).weightsSha256());
      assertTrue(killer.killed() > 0, "no task was killed in time");
    }
  }

  private StepRunner hanging(SmallRun run, StepSettings settings) {
    ShardSource files = run.sources(SPARK, directory).get(Split.TRAIN);
    ShardSource hanging = TroubledRdd.hangingOnce(files);
    return new ResidentSteps(SPARK, run.spec(), Map.of(Split.TRAIN, hanging), settings, 2);
  }

  @Test
  void close_afterARun_leavesNoTask() throws Exception {
    SmallRun run = SmallRun.of(2);
    run.shards(directory);
    StepRunner steps = resident(run, SETTINGS);
    steps.run(new StepId(0, 0, 0), new Weights(0, run.startingWeights()));
    steps.close();
    SPARK.listenerBus().waitUntilEmpty();
    assertEquals(0, SPARK.statusTracker().getActiveJobIds().length);
  }

  private StepRunner resident(SmallRun run, StepSettings settings) {
    return new ResidentSteps(SPARK, run.spec(), run.sources(SPARK, directory), settings, 8);
  }
}
