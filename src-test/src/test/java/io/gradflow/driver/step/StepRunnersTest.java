package io.gradflow.driver.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.WeightsDigest;
import io.gradflow.testkit.SparkSessions;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StepRunnersTest {
  private static final SparkContext SPARK = SparkSessions.local2().sparkContext();

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(StepRunnerKind.class)
  void create_everyKind_sameBitsAsThePlainLoop(StepRunnerKind kind) {
    SmallRun run = SmallRun.of(3);
    run.shards(directory);
    try (StepRunner steps = create(kind, run, Optional.of(2))) {
      assertEquals(
          WeightsDigest.sha256(ReferenceLoop.train(run)), run.train(steps).weightsSha256());
    }
  }

  @Test
  void create_auto_takesResidentTasksAndSaysSo() {
    SmallRun run = SmallRun.of(4);
    run.shards(directory);
    try (StepRunner steps = create(StepRunnerKind.AUTO, run, Optional.empty())) {
      assertEquals(
          "resident tasks: 2 tasks of 1 thread (auto: this Spark's messages and blocks work as"
              + " expected)",
          steps.description());
    }
  }

  @Test
  void choose_tooManyParametersForABlock_takesJobsAndSaysSo() {
    StepChoice choice = StepRunners.choose(StepRunnerKind.AUTO, SPARK, 300_000_000);
    assertEquals(StepRunnerKind.JOB, choice.kind());
    assertEquals("auto: 300000000 parameters are too many for resident tasks", choice.why());
    assertEquals("job", choice.word());
  }

  @Test
  void create_oneTask_isAskedForOnly() {
    SmallRun run = SmallRun.of(4);
    run.shards(directory);
    try (StepRunner steps = create(StepRunnerKind.JOB, run, Optional.of(1))) {
      assertTrue(steps.description().contains("1 task of 1 thread"), steps.description());
    }
  }

  private StepRunner create(StepRunnerKind kind, SmallRun run, Optional<Integer> tasks) {
    StepChoice choice = StepRunners.choose(kind, SPARK, run.network().layout().size());
    return StepRunners.create(
        choice, SPARK, run.spec(), run.sources(SPARK, directory), tasks, Optional.empty());
  }
}
