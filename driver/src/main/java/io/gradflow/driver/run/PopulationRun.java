package io.gradflow.driver.run;

import io.gradflow.driver.checkpoint.Snapshot;
import io.gradflow.driver.search.PopulationSearch;
import io.gradflow.driver.search.Space;
import io.gradflow.driver.search.Tune;
import io.gradflow.driver.train.StateKeeper;
import io.gradflow.driver.train.TrainingState;
import io.gradflow.driver.train.WatchedMetric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Population-based training, member after member, round after round, in memory: a population that
 * was stopped begins anew. Its members' last values are what its trials report.
 */
final class PopulationRun {
  private final Tune tune;
  private final PopulationSearch population;
  private final TrialJobs jobs;
  private final WatchedMetric metric;
  private final Consumer<String> say;
  private final BooleanSupplier stop;

  PopulationRun(
      Tune tune,
      PopulationSearch population,
      TrialJobs jobs,
      WatchedMetric metric,
      Consumer<String> say,
      BooleanSupplier stop) {
    this.tune = tune;
    this.population = population;
    this.jobs = jobs;
    this.metric = metric;
    this.say = say;
    this.stop = stop;
  }

  /** A member between rounds. */
  private static final class Member {
    private double[] place;
    private Optional<TrainingState> state = Optional.empty();
    private final List<Double> byEpoch = new ArrayList<>();
    private double seconds;

    double score(boolean smaller) {
      double last = byEpoch.get(byEpoch.size() - 1);
      double score = smaller ? last : -last;
      return Double.isNaN(score) ? Double.POSITIVE_INFINITY : score;
    }
  }

  void run(Map<Integer, Trial> trials, TrialStore store) throws IOException {
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
      for (Member member : members) {
        train(member, end);
        Tuning.requireNoStop(stop);
      }
      say.accept("round " + (round + 1) + ": all members after epoch " + end);
      if (end < epochs) {
        exchange(members, round);
      }
    }
    for (int m = 0; m < members.size(); m++) {
      Member member = members.get(m);
      Trial trial =
          new Trial(
              m + 1,
              member.place,
              space.values(member.place),
              member.byEpoch,
              "completed",
              "",
              member.seconds);
      trials.put(trial.number(), trial);
      store.put(trial);
      say.accept(TrialTable.line(trial, metric));
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
        // States are never written to: a trainer copies what it resumes from.
        loser.state = winner.state;
        loser.place = population.moved(winner.place, m, round, tune.seed());
      }
    }
  }

  private void train(Member member, int end) throws IOException {
    long start = System.nanoTime();
    Training training = jobs.training(jobs.job(tune.space().values(member.place)));
    EpochScores scores = new EpochScores(metric, (epoch, score) -> epoch < end);
    Capture capture = new Capture();
    var how = member.state.isPresent() ? training.from(member.state.get()) : training.start();
    training.train(how, List.of(scores), capture, () -> scores.isOver() || stop.getAsBoolean());
    member.state = capture.state.or(() -> member.state);
    member.byEpoch.addAll(scores.values());
    member.seconds += (System.nanoTime() - start) / 1e9;
  }

  /** Keeps the state that a run stops with. */
  private static final class Capture implements StateKeeper {
    private Optional<TrainingState> state = Optional.empty();

    @Override
    public boolean isDueAfterStep(long step) {
      return false;
    }

    @Override
    public boolean isDueAfterEpoch(long step, int epoch, boolean best) {
      return false;
    }

    @Override
    public void keep(TrainingState kept) {}

    @Override
    public void keepLast(TrainingState kept) {
      state = Optional.of(new Snapshot().of(kept));
    }

    @Override
    public Optional<TrainingState> goBack() {
      return Optional.empty();
    }
  }
}
