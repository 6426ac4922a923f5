package io.gradflow.driver.train;

import java.util.Optional;

/**
 * How long to train and what to watch.
 *
 * @param epochs at most, at least 1
 * @param earlyStopping when to end before that
 * @param validation whether the run has validation rows
 * @param optimizerThreads threads of the driver that update weights; no bit depends on it
 * @param onNonFinite what happens when numbers are not finite
 * @param accumulate minibatches whose gradients are added up for one step
 * @param limits what ends the run in any case
 * @param refreshSteps minibatches that give an average of weights its statistics, at most
 * @param lossSpike how many mean deviations above its mean a loss must be to be reported; 0 never
 */
public record TrainSettings(
    int epochs,
    Optional<EarlyStoppingSpec> earlyStopping,
    boolean validation,
    int optimizerThreads,
    OnNonFinite onNonFinite,
    double lossSpike,
    int accumulate,
    RunLimits limits,
    int refreshSteps) {
  /** Minibatches that refresh statistics where nothing else is said. */
  public static final int REFRESH_STEPS = 100;

  public TrainSettings {
    if (accumulate < 1 || refreshSteps < 0) {
      throw new IllegalArgumentException(
          accumulate
              + " minibatches a step, "
              + refreshSteps
              + " for statistics; expected at least 1, 0");
    }
    if (epochs < 1 || optimizerThreads < 1) {
      throw new IllegalArgumentException(
          epochs + " epochs, " + optimizerThreads + " optimizer threads; expected at least 1 each");
    }
    if (!(lossSpike >= 0)) {
      throw new IllegalArgumentException("lossSpike " + lossSpike + "; expected 0 or more");
    }
  }

  /** Steps of one minibatch, without limits. */
  public TrainSettings(
      int epochs,
      Optional<EarlyStoppingSpec> earlyStopping,
      boolean validation,
      int optimizerThreads,
      OnNonFinite onNonFinite,
      double lossSpike) {
    this(
        epochs,
        earlyStopping,
        validation,
        optimizerThreads,
        onNonFinite,
        lossSpike,
        1,
        RunLimits.NONE,
        REFRESH_STEPS);
  }

  /** Numbers that are not finite end the run, and losses may leap unreported. */
  public TrainSettings(
      int epochs,
      Optional<EarlyStoppingSpec> earlyStopping,
      boolean validation,
      int optimizerThreads) {
    this(epochs, earlyStopping, validation, optimizerThreads, new OnNonFinite.Fail(), 0);
  }
}
