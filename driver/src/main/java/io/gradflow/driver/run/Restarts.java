package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.job.TrainSection;
import io.gradflow.driver.train.EarlyStoppingSpec;
import io.gradflow.driver.train.Recording;
import io.gradflow.driver.train.StateKeeper;
import io.gradflow.driver.train.TrainResult;
import io.gradflow.driver.train.Trainer;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.driver.train.TrainingNotice;
import io.gradflow.driver.train.WatchedMetric;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Trainings from several starting weights, on the same rows in the same order. The one that ends
 * best is the run: its reports are held and reported as the run's, which then has all but
 * checkpoints. A training of more reports than are worth holding is trained once more instead, to
 * the same bits.
 */
final class Restarts {
  /** Some 200 bytes each, of two trainings at a time. */
  static final int HELD_REPORTS = 200_000;

  private final TrainSection train;
  private final int heldReports;
  private final WatchedMetric metric;

  /**
   * @param validation whether the run has validation rows
   * @param heldReports of a training, at most
   */
  Restarts(TrainSection train, boolean validation, int heldReports) {
    this.train = train;
    this.heldReports = heldReports;
    this.metric =
        new WatchedMetric(
            train
                .earlyStopping()
                .map(EarlyStoppingSpec::metric)
                .orElse(validation ? "validation.loss" : "train.loss"));
  }

  /**
   * A start with how it went.
   *
   * @param start its number
   */
  private record Trained(int start, double value, TrainResult result, Recording recording) {}

  /**
   * The best training.
   *
   * @param training the run's
   * @param trainings a new training, with an optimizer of its own, at each call
   * @throws GradflowException STOPPED if it was stopped; DIVERGED if every start diverges
   */
  Function<Trainer, TrainResult> run(
      Training training,
      Supplier<Training> trainings,
      List<TrainingListener> listeners,
      BooleanSupplier stop)
      throws IOException {
    Optional<Trained> best = Optional.empty();
    for (int start = 0; start < train.restarts(); start++) {
      String which = "start " + (start + 1) + " of " + train.restarts();
      try {
        Training another = trainings.get();
        Recording recording = new Recording(heldReports);
        TrainResult result =
            another.train(another.start(start), List.of(recording), StateKeeper.NONE, stop);
        if (result.ending() == TrainResult.Ending.STOPPED) {
          throw new GradflowException(
              ExitCode.STOPPED, "stopped on request in " + which + "; restarts begin anew");
        }
        double value = metric.of(result.train(), result.validation());
        if (best.isEmpty() || metric.gain(value, best.get().value()) > 0) {
          best = Optional.of(new Trained(start, value, result, recording));
        }
        say(listeners, which + ": " + metric.name() + " " + (float) value);
      } catch (GradflowException e) {
        if (e.code() != ExitCode.DIVERGED) {
          throw e;
        }
        say(listeners, which + " diverged: " + e.getMessage());
      }
    }
    if (best.isEmpty()) {
      throw new GradflowException(
          ExitCode.DIVERGED,
          "all " + train.restarts() + " starts diverge; lower the learning rate or clip gradients");
    }
    Trained found = best.get();
    String words = "start " + (found.start() + 1) + " is the best";
    if (found.recording().isWhole()) {
      say(listeners, words);
      return trainer -> trainer.adopt(found.result(), found.recording());
    }
    say(listeners, words + ", and is trained once more: its reports are too many to hold");
    return training.start(found.start());
  }

  private static void say(List<TrainingListener> listeners, String text) {
    TrainingNotice notice = new TrainingNotice(0, TrainingNotice.Kind.RESTART, text);
    listeners.forEach(listener -> listener.onNotice(notice));
  }
}
