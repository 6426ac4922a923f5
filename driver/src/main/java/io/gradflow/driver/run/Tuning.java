package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import io.gradflow.common.spec.SpecWriter;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.search.PopulationSearch;
import io.gradflow.driver.search.Rungs;
import io.gradflow.driver.search.SearchSpec.Scored;
import io.gradflow.driver.search.Space;
import io.gradflow.driver.search.Tune;
import io.gradflow.driver.train.StateKeeper;
import io.gradflow.driver.train.WatchedMetric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/**
 * A search: the job as it is, then trial after trial, several at once on one Spark application.
 * What a trial tries depends on those that are at least {@code parallel} before it, all of which it
 * waits for: so the trials of a search are the same whatever finishes first, but for those that
 * rungs give up. Finished trials are kept; a search that was stopped goes on after them.
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
        SpecWriter.toYaml(SpecWriter.toTree(tune)) + "\n---\n" + jobText + "\n---\n" + overrides;
    Map<Integer, Trial> trials = new TreeMap<>(store.open(text));
    try (TrialJobs jobs = new TrialJobs(spark, tune, jobText, jobFile, overrides)) {
      Space space = tune.space();
      // Faults of values are found before hours of trials, where the job alone shows them.
      jobs.job(space.values(tune.search().place(0, space, List.of(), tune.seed())));
      if (tune.search() instanceof PopulationSearch population) {
        new PopulationRun(tune, population, jobs, metric, say, stop).run(trials, store);
      } else {
        runTrials(jobs, trials, store, say, stop);
      }
      return finish(jobs, trials, store);
    }
  }

  private void runTrials(
      TrialJobs jobs,
      Map<Integer, Trial> trials,
      TrialStore store,
      Consumer<String> say,
      BooleanSupplier stop)
      throws IOException {
    long start = System.nanoTime();
    Optional<Rungs> rungs = tune.stopping().map(Rungs::new);
    Space space = tune.space();
    int count = tune.search().trials(space);
    ExecutorService threads = Executors.newFixedThreadPool(tune.parallel(), Tuning::daemon);
    Map<Integer, Future<Trial>> running = new TreeMap<>();
    try {
      for (int number = 0; number <= count; number++) {
        settle(running, number - tune.parallel(), trials, store, say);
        boolean late =
            tune.maxTime().isPresent()
                && System.nanoTime() - start > tune.maxTime().get().toNanos();
        if (trials.containsKey(number) || late) {
          continue;
        }
        requireNoStop(stop);
        int next = number;
        double[] place =
            number == 0
                ? new double[0]
                : tune.search().place(number - 1, space, earlier(trials, number), tune.seed());
        running.put(number, threads.submit(() -> trial(jobs, next, place, rungs, stop)));
      }
      settle(running, count, trials, store, say);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "gradflow-trial");
    thread.setDaemon(true);
    return thread;
  }

  /** What is known, wherever this runs, when a trial begins. */
  private List<Scored> earlier(Map<Integer, Trial> trials, int number) {
    List<Scored> earlier = new ArrayList<>();
    trials.forEach(
        (each, trial) -> {
          if (each > 0 && each <= number - tune.parallel()) {
            earlier.add(trial.scored(metric.smallerIsBetter()));
          }
        });
    return earlier;
  }

  private void settle(
      Map<Integer, Future<Trial>> running,
      int last,
      Map<Integer, Trial> trials,
      TrialStore store,
      Consumer<String> say)
      throws IOException {
    List<Integer> due = running.keySet().stream().filter(number -> number <= last).toList();
    for (int number : due) {
      Trial trial = await(running.remove(number));
      trials.put(number, trial);
      store.put(trial);
      say.accept(TrialTable.line(trial, metric));
    }
  }

  private static Trial await(Future<Trial> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      CancellationException cancelled = new CancellationException("interrupted in a search");
      cancelled.initCause(e);
      throw cancelled;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GradflowException known) {
        throw new GradflowException(known.code(), known.getMessage(), known);
      }
      throw new IllegalStateException("a trial failed", e.getCause());
    }
  }

  private Trial trial(
      TrialJobs jobs, int number, double[] place, Optional<Rungs> rungs, BooleanSupplier stop)
      throws IOException {
    Map<String, String> values = number == 0 ? Map.of() : tune.space().values(place);
    Job job = jobs.job(values);
    EpochScores scores =
        new EpochScores(
            metric,
            (epoch, score) ->
                number == 0 || rungs.isEmpty() || rungs.get().goesOn(number, epoch, score));
    long start = System.nanoTime();
    String status = "completed";
    String problem = "";
    try {
      Training training = jobs.training(job);
      training.train(
          training.start(),
          List.of(scores),
          StateKeeper.NONE,
          () -> scores.isOver() || stop.getAsBoolean());
      status = scores.isOver() ? "givenUp" : status;
    } catch (GradflowException e) {
      if (e.code() != ExitCode.DIVERGED) {
        throw e;
      }
      status = Trial.FAILED;
      problem = e.getMessage();
    }
    requireNoStop(stop);
    return new Trial(
        number, place, values, scores.values(), status, problem, (System.nanoTime() - start) / 1e9);
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
