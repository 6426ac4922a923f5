package io.gradflow.driver.step;

import io.gradflow.common.error.Causes;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.error.Redaction;
import io.gradflow.common.reduce.MicroShardTree;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A failed Spark job in the words of its users: which micro-shards, on which host and executor, how
 * often, and why. What Spark says of it, stages and stack traces, goes to the log and stays the
 * cause.
 *
 * @param microShards that the job's partitions share; 0 if they hold none
 * @param partitions of the job
 */
record JobFailure(int microShards, int partitions) {
  private static final Logger LOG = LoggerFactory.getLogger(JobFailure.class);

  // As Spark's TaskSetManager words it.
  private static final Pattern TASK =
      Pattern.compile(
          "Task (\\d+) in stage \\S+ failed (\\d+) times?, most recent failure: Lost task \\S+ in"
              + " stage \\S+ \\(TID \\d+\\) \\((\\S+) executor (\\S+)\\): ([^\\n]*)");
  private static final Pattern EXECUTOR =
      Pattern.compile("ExecutorLostFailure \\(executor \\S+ .*?\\) ?(?:Reason: (.*))?");
  private static final Pattern RESULTS =
      Pattern.compile(
          "Total size of serialized results of (\\d+) tasks \\((.*?)\\) is bigger than"
              + " (?:spark.driver.maxResultSize|\\S+) \\((.*?)\\)");

  /**
   * What to throw when a job has failed: the exception with an exit code that is its cause, if
   * there is one, so that what a task says to users reaches them in its own words.
   *
   * @throws Error if that is what the job ended with
   */
  RuntimeException of(Throwable thrown) {
    if (thrown instanceof SparkException spark
        && "SPARK_JOB_CANCELLED".equals(spark.getCondition())) {
      return new GradflowException(
          ExitCode.STOPPED, "a Spark job of the run was cancelled: " + spark.getMessage(), spark);
    }
    String message = String.valueOf(thrown.getMessage());
    Matcher results = RESULTS.matcher(message);
    if (results.find()) {
      LOG.error("a Spark job failed: {}", Redaction.trace(thrown));
      return new GradflowException(
          ExitCode.USAGE,
          "the results of %s tasks (%s) are more than spark.driver.maxResultSize (%s) lets into the driver; raise it, or leave it unset: Gradflow then sets 0, no limit"
              .formatted(results.group(1), results.group(2), results.group(3)),
          thrown);
    }
    Matcher task = TASK.matcher(message);
    boolean found = task.find();
    Optional<GradflowException> known = Causes.first(thrown, GradflowException.class);
    if (known.isPresent()) {
      LOG.error("a Spark job failed: {}", Redaction.trace(thrown));
      return new GradflowException(
          known.get().code(), known.get().getMessage() + (found ? where(task) : ""), thrown);
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    LOG.error("a Spark job failed: {}", Redaction.trace(thrown));
    return new GradflowException(
        ExitCode.INTERNAL,
        found
            ? what(task) + ": " + why(task.group(5))
            : "a Spark job failed: " + firstLine(message),
        thrown);
  }

  /** {@code task 1 (micro-shards [2, 4)) failed 4 times, last on host h, executor 3}. */
  private String what(Matcher task) {
    int index = Integer.parseInt(task.group(1));
    String shards =
        microShards == 0
            ? ""
            : " (micro-shards [%d, %d))"
                .formatted(
                    MicroShardTree.rangeStart(microShards, index, partitions),
                    MicroShardTree.rangeStart(microShards, index + 1, partitions));
    return "task "
        + index
        + shards
        + (task.group(2).equals("1")
            ? " failed on "
            : " failed " + task.group(2) + " times, last on ")
        + place(task);
  }

  private static String where(Matcher task) {
    return " ("
        + (task.group(2).equals("1") ? "" : task.group(2) + " tries, last ")
        + "on "
        + place(task)
        + ")";
  }

  private static String place(Matcher task) {
    return "host " + task.group(3) + ", executor " + task.group(4);
  }

  private static String why(String reason) {
    Matcher lost = EXECUTOR.matcher(reason);
    return lost.matches()
        ? "the executor was lost"
            + (lost.group(1) == null ? "" : ": " + lost.group(1))
            + "; see its log for why, e.g. too little spark.executor.memory"
        : reason;
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
