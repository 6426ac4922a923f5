package io.gradflow.driver.train;

import io.gradflow.common.metric.MetricSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Watches one metric over the epochs of a run; keeps a copy of the best epoch's weights. */
final class EarlyStopping {
  // Losses and errors; all other metrics are better when larger.
  private static final Set<String> SMALLER_IS_BETTER = Set.of("loss", "logLoss", "mse", "mae");

  private final Optional<EarlyStoppingSpec> spec;
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
    spec.ifPresent(
        each -> {
          Set<String> known = new TreeSet<>();
          Set<String> names = new TreeSet<>(Set.of("loss"));
          names.addAll(metrics.numbers(new double[metrics.sumCount()], 0).keySet());
          for (String name : names) {
            known.add("train." + name);
            if (validation) {
              known.add("validation." + name);
            }
          }
          if (!known.contains(each.metric())) {
            throw new IllegalArgumentException(
                "earlyStopping watches " + each.metric() + "; this run measures " + known);
          }
        });
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
    double value = value(watched.metric(), train, validation);
    boolean improved =
        bestEpoch == 0
            ? !Double.isNaN(value)
            : (smallerIsBetter(watched.metric()) ? best - value : value - best)
                > watched.minDelta();
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

  private static boolean smallerIsBetter(String metric) {
    return SMALLER_IS_BETTER.contains(metric.substring(metric.indexOf('.') + 1));
  }

  private static double value(String metric, Evaluation train, Optional<Evaluation> validation) {
    Evaluation from = metric.startsWith("train.") ? train : validation.orElseThrow();
    String name = metric.substring(metric.indexOf('.') + 1);
    Map<String, Object> metrics = from.metrics();
    return name.equals("loss") ? from.meanLoss() : (Double) metrics.get(name);
  }
}
