package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.error.Redaction;
import io.gradflow.common.model.Storage;
import io.gradflow.common.spec.SpecWriter;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.search.PopulationSearch;
import io.gradflow.driver.search.Space;
import io.gradflow.driver.search.Tune;
import io.gradflow.driver.train.WatchedMetric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/**
 * A search: the job as it is, then trial after trial, several at once on one Spark application, to
 * the same results as one after the other. Finished trials are kept; a search that was stopped goes
 * on after them.
 */
public final class Tuning {
  private final SparkSession spark;
  private final Tune tune;
  private final WatchedMetric metric;
  private final String jobText;
  private final String jobFile;
  private final List<String> overrides;

  /**
   * @param jobText the job file's content
   * @param jobFile its path
   * @param overrides for every trial, as of {@code --set}
   */
  public Tuning(
      SparkSession spark, Tune tune, String jobText, String jobFile, List<String> overrides) {
    this.spark = spark;
    this.tune = tune;
    this.metric = new WatchedMetric(tune.metric());
    this.jobText = jobText;
    this.jobFile = jobFile;
    this.overrides = List.copyOf(overrides);
  }

  /**
   * What a search has found.
   *
   * @param trials all of them, by number; the first is the job as it is
   * @param best number of the best
   * @param bestJob where its job file is
   */
  public record Outcome(List<Trial> trials, int best, String bestJob) {
    public Outcome {
      trials = List.copyOf(trials);
    }
  }

  /**
   * Searches.
   *
   * @param output a new directory, or that of the same search
   * @param say takes a line of progress; on any thread
   * @param stop asked between steps: running trials are then dropped
   * @throws GradflowException STOPPED on request; BAD_JOB if a trial's values do not make a job
   */
  public Outcome run(Storage output, Consumer<String> say, BooleanSupplier stop)
      throws IOException {
    TrialStore store = new TrialStore(output);
    String text =
        SpecWriter.toYaml(Redaction.redact(SpecWriter.toTree(tune)))
            + "\n---\n"
            + SpecWriter.toYaml(JobFile.read(jobText, jobFile, overrides).effective());
    Map<Integer, Trial> trials = new TreeMap<>(store.open(text));
    try (TrialJobs jobs = new TrialJobs(spark, tune, jobText, jobFile, overrides)) {
      Space space = tune.space();
      // Faults of values are found before hours of trials, where the job alone shows them.
      jobs.job(space.values(tune.search().place(0, space, List.of(), tune.seed())));
      if (tune.search() instanceof PopulationSearch) {
        PopulationStore rounds = new PopulationStore(output);
        new PopulationRun(tune, jobs, metric, rounds, say, stop).run(trials, store);
      } else {
        new TrialRun(tune, jobs, metric, say, stop).run(trials, store);
      }
      return finish(jobs, trials, store);
    }
  }

  static void requireNoStop(BooleanSupplier stop) {
    if (stop.getAsBoolean()) {
      throw new GradflowException(
          ExitCode.STOPPED, "stopped on request; finished trials are kept: run it again to go on");
    }
  }

  private Outcome finish(TrialJobs jobs, Map<Integer, Trial> trials, TrialStore store)
      throws IOException {
    boolean smaller = metric.smallerIsBetter();
    Trial best =
        trials.values().stream()
            .min(Comparator.comparingDouble(trial -> trial.score(smaller)))
            .orElseThrow();
    List<Trial> all = new ArrayList<>(trials.values());
    store.write(TrialStore.TABLE, TrialTable.csv(all, metric));
    store.write(TrialStore.PLOT, TrialTable.plot(all, metric));
    Job bestJob = jobs.job(best.values()).relocate(TrialTable::absolute);
    store.write(TrialStore.BEST, SpecWriter.toYaml(bestJob.effective()));
    return new Outcome(all, best.number(), store.location(TrialStore.BEST));
  }
}
