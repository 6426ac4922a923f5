package io.gradflow.driver.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.Weights;
import io.gradflow.testkit.SparkSessions;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobFailureTest {
  private static final SparkContext SPARK = SparkSessions.local2().sparkContext();

  @TempDir private Path directory;

  /** The text of Spark 4.1. */
  @Test
  void of_executorsLostAgainAndAgain_namesMicroShardsHostAndCause() {
    GradflowException error =
        failure(
            "Job aborted due to stage failure: Task 1 in stage 7.0 failed 4 times, most recent"
                + " failure: Lost task 1.3 in stage 7.0 (TID 23) (10.0.0.7 executor 5):"
                + " ExecutorLostFailure (executor 5 exited caused by one of the running tasks)"
                + " Reason: Command exited with code 137\nDriver stacktrace:");
    assertEquals(ExitCode.INTERNAL, error.code());
    assertEquals(
        "task 1 (micro-shards [2, 4)) failed 4 times, last on host 10.0.0.7, executor 5: the"
            + " executor was lost: Command exited with code 137; see its log for why, e.g. too"
            + " little spark.executor.memory",
        error.getMessage());
  }

  @Test
  void of_taskThatThrows_givesTheFirstLineOfWhatItThrew() {
    GradflowException error =
        failure(
            "Job aborted due to stage failure: Task 0 in stage 12.1 failed 1 times, most recent"
                + " failure: Lost task 0.0 in stage 12.1 (TID 9) (h executor driver):"
                + " java.lang.ArithmeticException: / by zero\n\tat a.B.c(B.java:1)\n");
    assertEquals(
        "task 0 (micro-shards [0, 2)) failed on host h, executor driver:"
            + " java.lang.ArithmeticException: / by zero",
        error.getMessage());
  }

  @Test
  void of_resultsTooLarge_namesTheSetting() {
    GradflowException error =
        failure(
            "Job aborted due to stage failure: Total size of serialized results of 2 tasks (4.6"
                + " MiB) is bigger than spark.driver.maxResultSize (1024.0 KiB)");
    assertEquals(ExitCode.USAGE, error.code());
    assertTrue(
        error
            .getMessage()
            .startsWith(
                "the results of 2 tasks (4.6 MiB) are more than spark.driver.maxResultSize (1024.0"
                    + " KiB) lets into the driver; raise it"),
        error.getMessage());
  }

  /** Rows of another network: computing fails in a way that nobody has foreseen. */
  @ParameterizedTest
  @ValueSource(strings = {"job", "resident"})
  void run_computingThatFails_namesTheMicroShardAndNothingOfSpark(String kind) {
    SmallRun run = SmallRun.of(4);
    run.shards(directory);
    Map<Split, ShardSource> sources = run.sources(SPARK, directory);
    try (StepRunner steps =
        kind.equals("job")
            ? new JobSteps(SPARK, run.spec(), sources, 2)
            : new ResidentSteps(SPARK, run.spec(), sources, StepSettings.from(SPARK.conf()), 2)) {
      // Weights that are too few.
      GradflowException error =
          assertThrows(
              GradflowException.class,
              () -> steps.run(new StepId(0, 0, 0), new Weights(0, new float[1])));
      assertEquals(ExitCode.INTERNAL, error.code());
      assertTrue(
          error.getMessage().matches("micro-shard \\d: .*\\(on host \\S+, executor driver\\)"),
          error.getMessage());
      assertFalse(error.getMessage().contains("TID"), error.getMessage());
    }
  }

  private static GradflowException failure(String message) {
    return (GradflowException) new JobFailure(4, 2).of(new SparkException(message));
  }
}
