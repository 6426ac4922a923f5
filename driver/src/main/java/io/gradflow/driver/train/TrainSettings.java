package io.gradflow.driver.train;

import java.util.Optional;

/**
 * How long to train and what to watch.
 *
 * @param epochs at most, at least 1
 * @param earlyStopping when to end before that
 * @param validation whether the run has validation rows
 * @param optimizerThreads threads of the driver that update weights; no bit depends on it
 */
public record TrainSettings(
    int epochs,
    Optional<EarlyStoppingSpec> earlyStopping,
    boolean validation,
    int optimizerThreads) {
  public TrainSettings {
    if (epochs < 1 || optimizerThreads < 1) {
      throw new IllegalArgumentException(
          epochs + " epochs, " + optimizerThreads + " optimizer threads; expected at least 1 each");
    }
  }
}
