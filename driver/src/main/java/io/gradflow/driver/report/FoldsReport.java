package io.gradflow.driver.report;

import io.gradflow.driver.train.Evaluation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What cross-validation found.
 *
 * @param folds in order
 */
public record FoldsReport(List<Fold> folds) {
  /**
   * One training.
   *
   * @param bestEpoch that its weights are from
   * @param validation on the part that was held out
   */
  public record Fold(int bestEpoch, Evaluation validation) {}

  /** Mean and standard deviation over the folds, the latter divided by k - 1. */
  public record Spread(double mean, double deviation) {
    static Spread of(double... values) {
      double sum = 0;
      for (double value : values) {
        sum += value;
      }
      double mean = sum / values.length;
      double squares = 0;
      for (double value : values) {
        squares += (value - mean) * (value - mean);
      }
      return new Spread(mean, Math.sqrt(squares / (values.length - 1)));
    }
  }

  public FoldsReport {
    folds = List.copyOf(folds);
  }

  /** How many epochs the folds' weights took on average, rounded; at least 1. */
  public int epochs() {
    return Math.max(1, (int) Math.round(spread(Fold::bestEpoch).mean()));
  }

  /** Loss and every metric that is one number. */
  public Map<String, Spread> spreads() {
    Map<String, Spread> spreads = new LinkedHashMap<>();
    RunSummary.figures(folds.get(0).validation())
        .forEach(
            (name, value) -> {
              if (value instanceof Double) {
                spreads.put(name, spread(fold -> figure(fold, name)));
              }
            });
    return spreads;
  }

  private Spread spread(ToDoubleFunction<Fold> value) {
    return Spread.of(folds.stream().mapToDouble(value).toArray());
  }

  private static double figure(Fold fold, String name) {
    return (Double) RunSummary.figures(fold.validation()).get(name);
  }

  /** As {@code summary.json} has it. */
  public Map<String, Object> toMap() {
    List<Object> each = new ArrayList<>();
    for (Fold fold : folds) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("rows", fold.validation().rows());
      facts.put("bestEpoch", fold.bestEpoch());
      facts.putAll(RunSummary.figures(fold.validation()));
      each.add(facts);
    }
    Map<String, Object> means = new LinkedHashMap<>();
    Map<String, Object> deviations = new LinkedHashMap<>();
    spreads()
        .forEach(
            (name, spread) -> {
              means.put(name, spread.mean());
              deviations.put(name, spread.deviation());
            });
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("count", folds.size());
    report.put("mean", means);
    report.put("deviation", deviations);
    report.put("each", each);
    return report;
  }

  /** {@code loss 0.1234 +- 0.0123 accuracy 0.9700 +- 0.0045}. */
  public String text() {
    return spreads().entrySet().stream()
        .map(
            entry ->
                String.format(
                    Locale.ROOT,
                    "%s %.4f +- %.4f",
                    entry.getKey(),
                    entry.getValue().mean(),
                    entry.getValue().deviation()))
        .collect(Collectors.joining(" "));
  }
}
