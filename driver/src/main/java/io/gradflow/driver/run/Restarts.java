package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.job.TrainSection;
import io.gradflow.driver.train.EarlyStoppingSpec;
import io.gradflow.driver.train.StateKeeper;
import io.gradflow.driver.train.TrainResult;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.driver.train.TrainingNotice;
import io.gradflow.driver.train.WatchedMetric;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Trainings from several starting weights, on the same rows in the same order, to find the start
 * that ends best. The run proper then trains that start once more, to the same bits: so it has
 * checkpoints and reports like any other, at the price of one more training.
 */
final class Restarts {
  private final TrainSection train;
  private final WatchedMetric metric;

  /**
   * @param validation whether the run has validation rows
   */
  Restarts(TrainSection train, boolean validation) {
    this.train = train;
    this.metric =
        new WatchedMetric(
            train
                .earlyStopping()
                .map(EarlyStoppingSpec::metric)
                .orElse(validation ? "validation.loss" : "train.loss"));
  }

  /**
   * The best start.
   *
   * @param trainings a new training, with an optimizer of its own, at each call
   * @throws GradflowException STOPPED if it was stopped; DIVERGED if every start diverges
   */
  int run(Supplier<Training> trainings, List<TrainingListener> listeners, BooleanSupplier stop)
      throws IOException {
    int best = -1;
    double bestValue = Double.NaN;
    for (int start = 0; start < train.restarts(); start++) {
      String which = "start " + (start + 1) + " of " + train.restarts();
      double value;
      try {
        Training training = trainings.get();
        TrainResult result =
            training.train(training.start(start), List.of(), StateKeeper.NONE, stop);
        if (result.ending() == TrainResult.Ending.STOPPED) {
          throw new GradflowException(
              ExitCode.STOPPED, "stopped on request in " + which + "; restarts begin anew");
        }
        value = metric.of(result.train(), result.validation());
        say(listeners, which + ": " + metric.name() + " " + (float) value);
      } catch (GradflowException e) {
        if (e.code() != ExitCode.DIVERGED) {
          throw e;
        }
        say(listeners, which + " diverged: " + e.getMessage());
        continue;
      }
      if (best < 0 || metric.gain(value, bestValue) > 0) {
        best = start;
        bestValue = value;
      }
    }
    if (best < 0) {
      throw new GradflowException(
          ExitCode.DIVERGED,
          "all " + train.restarts() + " starts diverge; lower the learning rate or clip gradients");
    }
    say(listeners, "start " + (best + 1) + " is the best, and is trained now");
    return best;
  }

  private static void say(List<TrainingListener> listeners, String text) {
    TrainingNotice notice = new TrainingNotice(0, TrainingNotice.Kind.RESTART, text);
    listeners.forEach(listener -> listener.onNotice(notice));
  }
}
