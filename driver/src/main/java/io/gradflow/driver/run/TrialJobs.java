package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.data.DataSpec;
import io.gradflow.driver.data.PreparedData;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.search.Tune;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * The jobs of a search's trials and their data, which are prepared once for all trials that read
 * the same. Safe for several threads.
 */
final class TrialJobs implements AutoCloseable {
  private final SparkSession spark;
  private final Tune tune;
  private final String text;
  private final String file;
  private final List<String> overrides;
  private final Map<Object, PreparedData> prepared = new HashMap<>();

  /**
   * @param text of the job file
   * @param file its path
   * @param overrides for every trial, as of {@code --set}
   */
  TrialJobs(SparkSession spark, Tune tune, String text, String file, List<String> overrides) {
    this.spark = spark;
    this.tune = tune;
    this.text = text;
    this.file = file;
    this.overrides = List.copyOf(overrides);
  }

  /** What data depend on. */
  private record DataKey(DataSpec spec, long seed, int microShards) {}

  /**
   * A trial's job.
   *
   * @throws GradflowException BAD_JOB if it cannot be one, or does not measure what decides
   */
  Job job(Map<String, String> values) {
    List<String> all = new ArrayList<>(overrides);
    values.forEach((key, value) -> all.add(key + "=" + value));
    Job job = JobFile.read(text, file, all).relocate(JobFile.pathsFrom(file));
    if (tune.metric().startsWith("validation.") && job.data().validation().isEmpty()) {
      throw new GradflowException(
          ExitCode.BAD_JOB,
          "the search decides by "
              + tune.metric()
              + ", but the job has no validation rows; give data.validation, e.g. {split: 0.1}");
    }
    if (atOnce() == 1) {
      return job;
    }
    // A trial that waits at a rung keeps its tasks: all of the shares together must have a place.
    int share = TrainingRun.slots(spark) / atOnce();
    int wanted = job.train().tasks().orElse(job.train().microShardCount());
    all.add("train.tasks=" + Math.min(share, wanted));
    return JobFile.read(text, file, all).relocate(JobFile.pathsFrom(file));
  }

  /** Trials at once, within the application's cores. */
  int atOnce() {
    return Math.min(tune.parallel(), TrainingRun.slots(spark));
  }

  /** A job with its data at hand. */
  Training training(Job job) {
    DataKey key = new DataKey(job.data(), job.seed(), job.train().microShardCount());
    PreparedData data;
    synchronized (prepared) {
      data =
          prepared.computeIfAbsent(
              key,
              any ->
                  PreparedData.prepare(
                      spark, job.data(), job.seed(), job.train().microShardCount()));
    }
    return new Training(spark, job, data, JobFacts.of(job, data.fingerprint()));
  }

  @Override
  public void close() {
    synchronized (prepared) {
      prepared.values().forEach(PreparedData::close);
      prepared.clear();
    }
  }
}
