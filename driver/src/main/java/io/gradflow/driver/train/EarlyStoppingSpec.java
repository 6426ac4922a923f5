package io.gradflow.driver.train;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Settings;
import java.util.Optional;

/**
 * When to stop before the last epoch: after {@code patience} epochs in a row that did not improve
 * the metric by more than {@code minDelta}.
 *
 * @param metric {@code validation.loss}, {@code train.loss}, or {@code validation.} and a metric's
 *     label, of one of several outputs with the output's name before it: {@code
 *     validation.digit.accuracy}; losses and errors are better when smaller, all others when larger
 * @param patience epochs to wait for an improvement, at least 1
 * @param minDelta improvement that counts, not negative
 * @param target value at which the run ends
 * @param restoreBest whether the run returns the weights of its best epoch rather than its last
 */
@Doc("When to stop before the last epoch.")
public record EarlyStoppingSpec(
    @Default("validation.loss") @Doc("The metric to watch, e.g. validation.loss.") String metric,
    @Default("3") @Doc("Epochs to wait for an improvement.") int patience,
    @Default("0") @Doc("The improvement that counts.") double minDelta,
    @Default("true") @Doc("Return the best epoch's weights instead of the last one's.")
        boolean restoreBest,
    @Doc("End the run as soon as an epoch has reached this value.") Optional<Double> target) {
  /** Without a target. */
  public EarlyStoppingSpec(String metric, int patience, double minDelta, boolean restoreBest) {
    this(metric, patience, minDelta, restoreBest, Optional.empty());
  }

  public EarlyStoppingSpec {
    WatchedMetric.requireName(metric);
    target.ifPresent(value -> Settings.requireFinite("target", value));
    if (patience < 1) {
      throw new IllegalArgumentException("patience " + patience + "; expected at least 1");
    }
    if (!(minDelta >= 0) || Double.isInfinite(minDelta)) {
      throw new IllegalArgumentException(
          "minDelta " + minDelta + "; expected a finite number, not negative");
    }
  }
}
