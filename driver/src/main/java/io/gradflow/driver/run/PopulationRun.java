package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.checkpoint.CheckpointStore;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.run.PopulationStore.Round;
import io.gradflow.driver.search.PopulationSearch;
import io.gradflow.driver.search.Space;
import io.gradflow.driver.search.Tune;
import io.gradflow.driver.train.StateKeeper;
import io.gradflow.driver.train.TrainingState;
import io.gradflow.driver.train.WatchedMetric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Population-based training, round after round, several members at once. A member's round is kept
 * when it is over: a population that was stopped goes on after those rounds, to the same results.
 * The trials that it reports are its members, with their last values.
 *
 * <p>Members do not stop early: who does badly takes over from who does well. One that diverges is
 * the last of its round.
 */
final class PopulationRun {
  private final Tune tune;
  private final PopulationSearch population;
  private final TrialJobs jobs;
  private final WatchedMetric metric;
  private final PopulationStore store;
  private final Consumer<String> say;
  private final BooleanSupplier stop;

  PopulationRun(
      Tune tune,
      TrialJobs jobs,
      WatchedMetric metric,
      PopulationStore store,
      Consumer<String> say,
      BooleanSupplier stop) {
    this.tune = tune;
    this.population = (PopulationSearch) tune.search();
    this.jobs = jobs;
    this.metric = metric;
    this.store = store;
    this.say = say;
    this.stop = stop;
  }

  /** Whose state a member goes on from: after which round. */
  private record Source(int member, int round) {}

  /** A member between rounds; one thread at a time. */
  private static final class Member {
    private double[] place;
    private Optional<Source> source = Optional.empty();
    private final List<Double> byEpoch = new ArrayList<>();
    private String problem = "";
    private double seconds;

    double score(boolean smaller) {
      double last = byEpoch.get(byEpoch.size() - 1);
      double score = smaller ? last : -last;
      return Double.isNaN(score) ? Double.POSITIVE_INFINITY : score;
    }
  }

  void run(Map<Integer, Trial> trials, TrialStore trialStore) throws IOException {
    Space space = tune.space();
    int epochs = jobs.job(Map.of()).train().epochs();
    List<Member> members = new ArrayList<>();
    for (int m = 0; m < population.members(); m++) {
      Member member = new Member();
      member.place = population.place(m, space, List.of(), tune.seed());
      members.add(member);
    }
    int round = 0;
    for (int end = 0; end < epochs; round++) {
      end = Math.min(epochs, end + population.everyEpochs());
      train(members, round, end);
      say.accept("round " + (round + 1) + ": all members after epoch " + end);
      for (int m = 0; m < members.size() && round > 0; m++) {
        store.forget(m, round - 1);
      }
      if (end < epochs) {
        exchange(members, round);
      }
    }
    for (int m = 0; m < members.size(); m++) {
      store.forget(m, round - 1);
      Member member = members.get(m);
      Trial trial =
          new Trial(
              m + 1,
              member.place,
              space.values(member.place),
              member.byEpoch,
              member.problem.isEmpty() ? "completed" : Trial.FAILED,
              member.problem,
              member.seconds);
      trials.put(trial.number(), trial);
      trialStore.put(trial);
      say.accept(TrialTable.line(trial, metric));
    }
  }

  private void train(List<Member> members, int round, int end) throws IOException {
    List<Future<?>> running = new ArrayList<>();
    try (TrialThreads threads = new TrialThreads(jobs.atOnce())) {
      for (int m = 0; m < members.size(); m++) {
        int number = m;
        running.add(threads.submit(() -> train(members.get(number), number, round, end)));
      }
      running.forEach(TrialThreads::await);
    }
  }

  private void exchange(List<Member> members, int round) {
    boolean smaller = metric.smallerIsBetter();
    double[] scores = members.stream().mapToDouble(member -> member.score(smaller)).toArray();
    int[] from = population.exchange(scores, round, tune.seed());
    for (int m = 0; m < from.length; m++) {
      if (from[m] != m) {
        Member winner = members.get(from[m]);
        Member loser = members.get(m);
        loser.source = winner.source;
        loser.place = population.moved(winner.place, m, round, tune.seed());
      }
    }
  }

  private Void train(Member member, int number, int round, int end) throws IOException {
    Optional<Round> before = store.round(number, round);
    Round how = before.isPresent() ? before.get() : newRound(member, number, round, end);
    member.byEpoch.addAll(how.byEpoch());
    member.problem = how.problem();
    member.seconds += how.seconds();
    if (how.trained()) {
      member.source = Optional.of(new Source(number, round));
    }
    return null;
  }

  private Round newRound(Member member, int number, int round, int end) throws IOException {
    Tuning.requireNoStop(stop);
    long start = System.nanoTime();
    Job job = jobs.job(tune.space().values(member.place));
    Training training =
        jobs.training(job.with(job.train().withoutEarlyStopping(job.train().epochs())));
    EpochScores scores = new EpochScores(metric, (epoch, score) -> epoch < end);
    Keeper keeper = new Keeper(training, store.states(number, round));
    List<Double> byEpoch = new ArrayList<>();
    String problem = "";
    try {
      var from =
          member.source.isPresent()
              ? training.from(
                  new Resumption(
                      store.state(member.source.get().member(), member.source.get().round()), true))
              : training.start();
      training.train(from, List.of(scores), keeper, () -> scores.isOver() || stop.getAsBoolean());
      byEpoch.addAll(scores.values());
    } catch (GradflowException e) {
      if (e.code() != ExitCode.DIVERGED) {
        throw e;
      }
      problem = e.getMessage();
      byEpoch.addAll(scores.values());
      byEpoch.add(Double.NaN);
    }
    Tuning.requireNoStop(stop);
    Round how = new Round(byEpoch, problem, keeper.kept, (System.nanoTime() - start) / 1e9);
    store.put(number, round, how);
    return how;
  }

  /** Writes the state that a round ends with. */
  private static final class Keeper implements StateKeeper {
    private final Training training;
    private final CheckpointStore store;
    private boolean kept;

    Keeper(Training training, CheckpointStore store) {
      this.training = training;
      this.store = store;
    }

    @Override
    public boolean isDueAfterStep(long step) {
      return false;
    }

    @Override
    public boolean isDueAfterEpoch(long step, int epoch, boolean best) {
      return false;
    }

    @Override
    public void keep(TrainingState state) {}

    @Override
    public void keepLast(TrainingState state) {
      try {
        training.save(store, state);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      kept = true;
    }

    @Override
    public Optional<TrainingState> goBack() {
      return Optional.empty();
    }
  }
}
