package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.search.Rungs;
import io.gradflow.driver.search.SearchSpec.Scored;
import io.gradflow.driver.search.Tune;
import io.gradflow.driver.train.StateKeeper;
import io.gradflow.driver.train.WatchedMetric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Trial after trial, several at once. What a trial tries follows from those that are at least so
 * many before it as the search says, all of which it waits for, and what is given up from {@link
 * Rungs}: the results are the same however many run at once.
 */
final class TrialRun {
  private final Tune tune;
  private final TrialJobs jobs;
  private final WatchedMetric metric;
  private final Consumer<String> say;
  private final BooleanSupplier stop;
  private final Optional<Rungs> rungs;
  private final long start = System.nanoTime();

  TrialRun(
      Tune tune, TrialJobs jobs, WatchedMetric metric, Consumer<String> say, BooleanSupplier stop) {
    this.tune = tune;
    this.jobs = jobs;
    this.metric = metric;
    this.say = say;
    this.stop = stop;
    this.rungs = tune.stopping().map(Rungs::new);
  }

  /**
   * Runs those trials that are not there yet.
   *
   * @param trials by number; added to
   */
  void run(Map<Integer, Trial> trials, TrialStore store) throws IOException {
    trials.values().forEach(this::takeIn);
    int count = tune.search().trials(tune.space());
    Map<Integer, Future<?>> running = new TreeMap<>();
    try (TrialThreads threads = new TrialThreads(jobs.atOnce())) {
      for (int number = 0; number <= count; number++) {
        if (has(trials, number)) {
          continue;
        }
        awaitUpTo(number - tune.search().ahead(), running);
        int next = number;
        double[] place =
            number == 0
                ? new double[0]
                : tune.search()
                    .place(number - 1, tune.space(), earlier(trials, number), tune.seed());
        running.put(number, threads.submit(() -> finish(next, place, trials, store)));
      }
      awaitUpTo(count, running);
    }
  }

  private static void awaitUpTo(int last, Map<Integer, Future<?>> running) {
    List<Integer> due = running.keySet().stream().filter(number -> number <= last).toList();
    due.forEach(number -> TrialThreads.await(running.remove(number)));
  }

  private static boolean has(Map<Integer, Trial> trials, int number) {
    synchronized (trials) {
      return trials.containsKey(number);
    }
  }

  private List<Scored> earlier(Map<Integer, Trial> trials, int number) {
    List<Scored> earlier = new ArrayList<>();
    synchronized (trials) {
      trials.forEach(
          (each, trial) -> {
            if (each > 0 && each <= number - tune.search().ahead()) {
              earlier.add(trial.scored(metric.smallerIsBetter()));
            }
          });
    }
    return earlier;
  }

  /** Lets a trial of an earlier process take part in what is given up. */
  private void takeIn(Trial trial) {
    rungs.ifPresent(
        known -> {
          for (int i = 0; i < trial.byEpoch().size() && trial.number() > 0; i++) {
            double value = trial.byEpoch().get(i);
            known.put(trial.number(), i + 1, metric.smallerIsBetter() ? value : -value);
          }
          known.end(trial.number());
        });
  }

  private Void finish(int number, double[] place, Map<Integer, Trial> trials, TrialStore store)
      throws IOException {
    try {
      Tuning.requireNoStop(stop);
      boolean late =
          tune.maxTime().isPresent() && System.nanoTime() - start > tune.maxTime().get().toNanos();
      if (!late) {
        Trial trial = trial(number, place);
        synchronized (trials) {
          trials.put(number, trial);
          store.put(trial);
          say.accept(TrialTable.line(trial, metric));
        }
      }
      return null;
    } finally {
      rungs.ifPresent(each -> each.end(number));
    }
  }

  private Trial trial(int number, double[] place) throws IOException {
    Map<String, String> values = number == 0 ? Map.of() : tune.space().values(place);
    Job job = jobs.job(values);
    EpochScores scores =
        new EpochScores(
            metric,
            (epoch, score) ->
                number == 0 || rungs.isEmpty() || rungs.get().goesOn(number, epoch, score));
    long trialStart = System.nanoTime();
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
    Tuning.requireNoStop(stop);
    return new Trial(
        number,
        place,
        values,
        scores.values(),
        status,
        problem,
        (System.nanoTime() - trialStart) / 1e9);
  }
}
