package io.gradflow.driver.train;

import io.gradflow.common.metric.MetricSet;
import java.util.Optional;

/** Watches one metric over the epochs of a run; keeps a copy of the best epoch's weights. */
final class EarlyStopping {
  private final Optional<EarlyStoppingSpec> spec;
  private final Optional<WatchedMetric> metric;
  private double best = Double.NaN;
  private int bestEpoch;
  private int waited;
  private float[] bestWeights;
  private Optional<RunningSums> bestValidation = Optional.empty();

  /**
   * @throws IllegalArgumentException if the run does not measure what is to be watched, naming what
   *     it does measure
   */
  EarlyStopping(Optional<EarlyStoppingSpec> spec, MetricSet metrics, boolean validation) {
    this.spec = spec;
    this.metric = spec.map(each -> new WatchedMetric(each.metric()));
    metric.ifPresent(each -> each.require("earlyStopping", metrics, validation));
  }

  /**
   * Takes note of an epoch; true if it is the best so far, or nothing is watched.
   *
   * @param validationSums the sums behind {@code validation}
   */
  boolean epoch(
      int epoch,
      Evaluation train,
      Optional<Evaluation> validation,
      Optional<RunningSums> validationSums,
      float[] weights) {
    if (spec.isEmpty()) {
      return true;
    }
    EarlyStoppingSpec watched = spec.get();
    double value = metric.orElseThrow().of(train, validation);
    boolean improved =
        bestEpoch == 0
            ? !Double.isNaN(value)
            : metric.orElseThrow().gain(value, best) > watched.minDelta();
    if (!improved) {
      waited++;
      return false;
    }
    best = value;
    bestEpoch = epoch;
    waited = 0;
    bestValidation = validationSums;
    if (watched.restoreBest()) {
      if (bestWeights == null) {
        bestWeights = weights.clone();
      } else {
        System.arraycopy(weights, 0, bestWeights, 0, weights.length);
      }
    }
    return true;
  }

  /** Whether patience has run out. */
  boolean exhausted() {
    return spec.isPresent() && waited >= spec.get().patience();
  }

  /** Whether the best epoch has reached the target. */
  boolean reached() {
    return bestEpoch > 0
        && spec.flatMap(EarlyStoppingSpec::target)
            .filter(target -> metric.orElseThrow().gain(best, target) >= 0)
            .isPresent();
  }

  /** Whether the run returns the weights of its best epoch. */
  boolean restores() {
    return bestWeights != null;
  }

  /**
   * Puts the best epoch's weights back, if asked to.
   *
   * @return the epoch that the weights are from
   */
  int restore(int lastEpoch, float[] weights) {
    if (bestWeights == null) {
      return lastEpoch;
    }
    System.arraycopy(bestWeights, 0, weights, 0, weights.length);
    return bestEpoch;
  }

  Optional<RunningSums> bestValidation() {
    return bestValidation;
  }

  /** Where it stands; the weights are lent. */
  StoppingState state() {
    return new StoppingState(
        best, bestEpoch, waited, bestValidation, Optional.ofNullable(bestWeights));
  }

  /** Goes on from where another stood; weights are copied. */
  void restore(StoppingState state) {
    best = state.best();
    bestEpoch = state.bestEpoch();
    waited = state.waited();
    bestValidation = state.bestValidation();
    bestWeights = state.bestWeights().map(float[]::clone).orElse(null);
  }
}
