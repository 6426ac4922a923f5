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
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class JobStepsTest {
  private static final SparkContext SPARK = SparkSessions.local2().sparkContext();

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "2, 2", "3, 2", "4, 2", "5, 3", "8, 3"})
  void train_onAnyNumberOfTasks_sameBitsAsThePlainLoop(int microShards, int tasks) {
    SmallRun run = SmallRun.of(microShards);
    run.shards(directory);
    try (StepRunner steps = new JobSteps(SPARK, run.spec(), run.sources(SPARK, directory), tasks)) {
      assertEquals(
          WeightsDigest.sha256(ReferenceLoop.train(run)), run.train(steps).weightsSha256());
    }
  }

  @Test
  void run_aTaskThatFails_throwsWithItsOwnWordsAndCode() {
    SmallRun run = SmallRun.of(2);
    ShardSource failing = tasks -> new FailingRdd(SPARK, tasks);
    try (StepRunner steps = new JobSteps(SPARK, run.spec(), Map.of(Split.TRAIN, failing), 2)) {
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
    try (StepRunner steps = new JobSteps(SPARK, run.spec(), run.sources(SPARK, directory), 2)) {
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
  void run_interrupted_cancelsTheJobAndLeavesTheFlag() {
    SmallRun run = SmallRun.of(2);
    run.shards(directory);
    try (StepRunner steps = new JobSteps(SPARK, run.spec(), run.sources(SPARK, directory), 2)) {
      Weights weights = new Weights(0, run.startingWeights());
      Thread.currentThread().interrupt();
      assertThrows(CancellationException.class, () -> steps.run(new StepId(0, 0, 0), weights));
      assertTrue(Thread.interrupted());
      assertEquals(10, steps.run(new StepId(0, 0, 0), weights).sum().rows());
    }
  }

  @Test
  void run_aTaskThatHangs_endsInTimeAndNamesItAndItsExecutor() {
    SmallRun run = SmallRun.of(5);
    run.shards(directory);
    ShardSource files = run.sources(SPARK, directory).get(Split.TRAIN);
    ShardSource hanging = TroubledRdd.hangingOnce(files);
    StepSettings settings =
        StepSettings.from(SPARK.conf()).withStepTimeout(Optional.of(Duration.ofMillis(1500)));
    try (StepRunner steps =
        new JobSteps(SPARK, run.spec(), Map.of(Split.TRAIN, hanging), settings, 2)) {
      GradflowException error =
          assertThrows(
              GradflowException.class,
              () -> steps.run(new StepId(6, 0, 6), new Weights(0, run.startingWeights())));
      assertEquals(ExitCode.INTERNAL, error.code());
      assertEquals(
          "step 7: no answer in 1500 ms; waiting for task 1 (micro-shards [2, 5), executor driver);"
              + " see the executors' logs, or raise train.stepTimeout",
          error.getMessage());
    }
  }

  @Test
  void run_jobCancelledByAnotherThread_endsAsStopped() {
    SmallRun run = SmallRun.of(2);
    run.shards(directory);
    ShardSource files = run.sources(SPARK, directory).get(Split.TRAIN);
    ShardSource hanging = TroubledRdd.hangingOnce(files);
    try (StepRunner steps = new JobSteps(SPARK, run.spec(), Map.of(Split.TRAIN, hanging), 2);
        JobCanceller canceller = new JobCanceller(SPARK)) {
      GradflowException error =
          assertThrows(
              GradflowException.class,
              () -> steps.run(new StepId(0, 0, 0), new Weights(0, run.startingWeights())));
      assertEquals(ExitCode.STOPPED, error.code());
      assertTrue(error.getMessage().contains("cancelled"), error.getMessage());
      assertTrue(canceller.cancelled() > 0);
    }
  }

  @Test
  void train_tasksKilledInMidStep_areRetriedWithinTheirJobWithTheSameBits() {
    SmallRun run = new SmallRun(8, 60_000, 30_000, 0.02);
    run.shards(directory);
    try (StepRunner steps = new JobSteps(SPARK, run.spec(), run.sources(SPARK, directory), 2);
        TaskKiller killer = new TaskKiller(SPARK, 3)) {
      assertEquals(
          WeightsDigest.sha256(ReferenceLoop.train(run)), run.train(steps).weightsSha256());
      assertTrue(killer.killed() > 0, "no task was killed in time");
    }
  }
}
