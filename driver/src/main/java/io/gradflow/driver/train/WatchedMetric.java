package io.gradflow.driver.train;

import io.gradflow.common.metric.MetricSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A figure of every epoch that a decision hangs on, by name: {@code validation.} or {@code train.}
 * and {@code loss} or a metric's label.
 */
public record WatchedMetric(String name) {
  // Losses and errors; all other metrics are better when larger.
  private static final Set<String> SMALLER_IS_BETTER =
      Set.of(
          "loss",
          "logLoss",
          "bitsPerToken",
          "perplexity",
          "labelErrorRate",
          "mse",
          "rmse",
          "mae",
          "mape");

  public WatchedMetric {
    requireName(name);
  }

  /**
   * @throws IllegalArgumentException if it cannot be the name of a figure
   */
  public static void requireName(String name) {
    if (!name.startsWith("validation.") && !name.startsWith("train.")) {
      throw new IllegalArgumentException(
          "metric "
              + name
              + "; expected validation. or train. and loss or a metric, e.g. validation.loss");
    }
  }

  /**
   * @param who watches, for the message
   * @throws IllegalArgumentException if the run does not measure it, naming what it does measure
   */
  void require(String who, MetricSet metrics, boolean validation) {
    Set<String> known = new TreeSet<>();
    Set<String> names = new TreeSet<>(Set.of("loss"));
    names.addAll(metrics.numbers(new double[metrics.sumCount()], 0).keySet());
    for (String each : names) {
      known.add("train." + each);
      if (validation) {
        known.add("validation." + each);
      }
    }
    if (!known.contains(name)) {
      throw new IllegalArgumentException(who + " watches " + name + "; this run measures " + known);
    }
  }

  private String figure() {
    return name.substring(name.indexOf('.') + 1);
  }

  /** Whether a smaller value is a better one. */
  public boolean smallerIsBetter() {
    String figure = figure();
    // Behind the name of one of several outputs.
    return SMALLER_IS_BETTER.contains(figure.substring(figure.lastIndexOf('.') + 1));
  }

  /** The value of an epoch. */
  public double of(Evaluation train, Optional<Evaluation> validation) {
    Evaluation from = name.startsWith("train.") ? train : validation.orElseThrow();
    if (figure().equals("loss")) {
      return from.meanLoss();
    }
    if (from.metrics().get(figure()) instanceof Double value) {
      return value;
    }
    throw new IllegalArgumentException(
        name + " is not measured; there are loss and " + from.metrics().keySet());
  }

  /** By how much {@code value} is better than {@code than}; negative if it is worse. */
  public double gain(double value, double than) {
    return smallerIsBetter() ? than - value : value - than;
  }
}
