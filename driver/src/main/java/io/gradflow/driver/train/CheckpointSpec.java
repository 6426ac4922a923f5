package io.gradflow.driver.train;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Settings;
import java.util.Optional;

/**
 * When to save the run's state, and what to keep of it. Whichever comes first counts; {@value
 * #DEFAULT_MINUTES} minutes if nothing is given. A run that is asked to stop saves its state in any
 * case.
 *
 * @param everySteps steps between checkpoints
 * @param everyEpochs epochs between checkpoints, each after its validation
 * @param everyMinutes minutes between checkpoints
 * @param keep how many of the newest are kept
 * @param keepBest whether every epoch that is the best so far is saved, and the last of them kept
 */
@Doc("When to save the run's state, so that it can go on after a failure.")
public record CheckpointSpec(
    @Doc("Steps between checkpoints.") Optional<Integer> everySteps,
    @Doc("Epochs between checkpoints.") Optional<Integer> everyEpochs,
    @Doc("Minutes between checkpoints; 10 if no interval is given.") Optional<Double> everyMinutes,
    @Doc("How many of the newest are kept.") @Default("3") int keep,
    @Doc("Also save and keep the best epoch by train.earlyStopping.") @Default("false")
        boolean keepBest) {
  /** Minutes between checkpoints where no interval is given. */
  public static final double DEFAULT_MINUTES = 10;

  public CheckpointSpec {
    positive("everySteps", everySteps);
    positive("everyEpochs", everyEpochs);
    everyMinutes.ifPresent(minutes -> Settings.requireAboveZero("everyMinutes", minutes));
    if (keep < 1) {
      throw new IllegalArgumentException("keep " + keep + "; expected at least 1");
    }
  }

  /** Whether checkpoints come at places that depend on the steps alone. */
  public boolean isRegular() {
    return everySteps.isPresent() || everyEpochs.isPresent();
  }

  /** Minutes between checkpoints; empty if steps and epochs alone count. */
  public Optional<Double> minutes() {
    return everyMinutes.isPresent() || isRegular() ? everyMinutes : Optional.of(DEFAULT_MINUTES);
  }

  private static void positive(String what, Optional<Integer> value) {
    if (value.isPresent() && value.get() < 1) {
      throw new IllegalArgumentException(what + " " + value.get() + "; expected at least 1");
    }
  }
}
