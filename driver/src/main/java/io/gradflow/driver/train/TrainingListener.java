package io.gradflow.driver.train;

import io.gradflow.driver.health.HealthReport;

/**
 * Watches a run. Called on the trainer's thread: what a listener takes, training waits for; what it
 * throws ends the run.
 */
public interface TrainingListener {
  /** Before the first step. */
  default void onStart(TrainingStart start) {}

  /** After every step. */
  default void onStep(StepReport report) {}

  /** After every epoch and its validation. */
  default void onEpoch(EpochReport report) {}

  /** After every step whose health was looked at, and before the first. */
  default void onHealth(HealthReport report) {}

  /** When something out of the ordinary has happened. */
  default void onNotice(TrainingNotice notice) {}

  /** After the last epoch, with the weights that the run returns. Not called when a run fails. */
  default void onEnd(TrainResult result) {}
}
