package io.gradflow.driver.run;

import io.gradflow.driver.report.Series;
import io.gradflow.driver.report.SvgChart;
import io.gradflow.driver.train.WatchedMetric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Trials for people: a line each, a table, a plot. */
public final class TrialTable {
  private static final Pattern ABSOLUTE = Pattern.compile("/.*|[A-Za-z][A-Za-z0-9+.-]*:.*");

  private TrialTable() {}

  /** {@code trial 3: validation.loss 0.1234 after 20 epochs, completed; train.batchSize=32} */
  static String line(Trial trial, WatchedMetric metric) {
    return String.format(
        Locale.ROOT,
        "trial %d: %s %s after %d epochs, %.1f s, %s%s",
        trial.number(),
        metric.name(),
        value(trial, metric),
        trial.byEpoch().size(),
        trial.seconds(),
        trial.status(),
        trial.values().isEmpty() ? "; the job as it is" : "; " + values(trial));
  }

  private static String values(Trial trial) {
    List<String> words = new ArrayList<>();
    trial.values().forEach((key, value) -> words.add(key + "=" + value));
    return String.join(" ", words);
  }

  private static String value(Trial trial, WatchedMetric metric) {
    double best = best(trial, metric);
    return Double.isInfinite(best) ? "-" : String.format(Locale.ROOT, "%.6g", best);
  }

  private static double best(Trial trial, WatchedMetric metric) {
    double score = trial.score(metric.smallerIsBetter());
    return metric.smallerIsBetter() ? score : -score;
  }

  /** All trials, the best first. */
  public static String text(List<Trial> trials, String metricName) {
    WatchedMetric metric = new WatchedMetric(metricName);
    List<Trial> ranked = new ArrayList<>(trials);
    boolean smaller = metric.smallerIsBetter();
    ranked.sort((a, b) -> Double.compare(a.score(smaller), b.score(smaller)));
    StringBuilder text = new StringBuilder();
    ranked.forEach(trial -> text.append(line(trial, metric)).append('\n'));
    return text.toString();
  }

  static String csv(List<Trial> trials, WatchedMetric metric) {
    TreeSet<String> keys = new TreeSet<>();
    trials.forEach(trial -> keys.addAll(trial.values().keySet()));
    StringBuilder csv = new StringBuilder("trial," + metric.name() + ",epochs,seconds,status");
    keys.forEach(key -> csv.append(',').append(quoted(key)));
    csv.append('\n');
    for (Trial trial : trials) {
      csv.append(trial.number())
          .append(',')
          .append(value(trial, metric))
          .append(',')
          .append(trial.byEpoch().size())
          .append(String.format(Locale.ROOT, ",%.2f,", trial.seconds()))
          .append(trial.status());
      keys.forEach(key -> csv.append(',').append(quoted(trial.values().getOrDefault(key, ""))));
      csv.append('\n');
    }
    return csv.toString();
  }

  private static String quoted(String text) {
    return text.matches("[^\",\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  static String plot(List<Trial> trials, WatchedMetric metric) {
    List<Series.Point> each = new ArrayList<>();
    List<Series.Point> best = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    for (Trial trial : trials) {
      double score = trial.score(metric.smallerIsBetter());
      least = Math.min(least, score);
      each.add(new Series.Point(trial.number(), best(trial, metric)));
      best.add(new Series.Point(trial.number(), metric.smallerIsBetter() ? least : -least));
    }
    return SvgChart.document(
        metric.name() + " by trial",
        "trial",
        List.of(new Series("trial", each), new Series("best so far", best)));
  }

  /** A path that means the same from any folder. */
  static String absolute(String path) {
    return ABSOLUTE.matcher(path).matches() ? path : Path.of(path).toAbsolutePath().toString();
  }
}
