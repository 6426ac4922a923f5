package io.gradflow.driver.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How far a column's values have moved from those of training.
 *
 * <p>The population stability index PSI = sum_i (q_i - p_i) ln(q_i / p_i) over bins i of training's
 * values, categories or missing ones, with shares p before and q later, each count plus one half.
 * Rules of thumb call 0.1 a moderate and 0.25 a large shift; without any, PSI / (1/n + 1/m) is
 * distributed as chi-squared with bins - 1 degrees of freedom (Yurdakul 2018), so few rows need a
 * larger PSI. The Kolmogorov-Smirnov distance is the largest difference between the cumulative
 * shares at the bins' edges.
 *
 * @param column its name
 * @param rowsBefore rows of training
 * @param rowsLater rows that are compared with them
 * @param psi the index
 * @param ks the distance; empty for categories
 * @param unseen later rows of categories that were not there before
 * @param before what to tell of the values before: mean or the most frequent, share missing
 * @param later the same of the later ones
 * @param noise what the index exceeds once in a thousand times without any shift
 */
public record Drift(
    String column,
    long rowsBefore,
    long rowsLater,
    double psi,
    Optional<Double> ks,
    long unseen,
    String before,
    String later,
    double noise) {
  /** From here on a shift is called one. */
  public static final double MODERATE = 0.1;

  /** From here on it is called large. */
  public static final double LARGE = 0.25;

  // Of the standard normal distribution, at 0.999.
  private static final double Z = 3.090232306167813;

  /** Shares and counts of bins of one column, before and later. */
  private record Bins(List<Long> before, List<Long> later) {
    double psi() {
      double n = total(before) + 0.5 * before.size();
      double m = total(later) + 0.5 * later.size();
      double psi = 0;
      for (int i = 0; i < before.size(); i++) {
        double p = (before.get(i) + 0.5) / n;
        double q = (later.get(i) + 0.5) / m;
        psi += (q - p) * StrictMath.log(q / p);
      }
      return psi;
    }

    double ks() {
      double largest = 0;
      long below = 0;
      long belowLater = 0;
      for (int i = 0; i < before.size(); i++) {
        below += before.get(i);
        belowLater += later.get(i);
        largest =
            Math.max(
                largest,
                Math.abs((double) below / total(before) - (double) belowLater / total(later)));
      }
      return largest;
    }

    /** Wilson and Hilferty's approximation of the chi-squared distribution's quantile (1931). */
    double noise() {
      int k = Math.max(1, before.size() - 1);
      double root = 1 - 2.0 / (9 * k) + Z * Math.sqrt(2.0 / (9 * k));
      return k * root * root * root * (1.0 / total(before) + 1.0 / total(later));
    }

    private static long total(List<Long> counts) {
      return counts.stream().mapToLong(Long::longValue).sum();
    }
  }

  /** Whether it is worth a warning: beyond the rule of thumb, and beyond chance. */
  public boolean notable() {
    return psi >= MODERATE && psi > noise;
  }

  /** One line for people. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "column %s has drifted %s: PSI %.3f%s; %s in training, %s here%s",
        column,
        psi >= LARGE ? "far" : "moderately",
        psi,
        ks.map(d -> String.format(Locale.ROOT, ", KS %.3f", d)).orElse(""),
        before,
        later,
        unseen > 0
            ? String.format(
                Locale.ROOT, "; %,d of %,d rows hold what training did not", unseen, rowsLater)
            : "");
  }

  /** Empty if one of them has no rows, or they do not hold the same kind of content. */
  static Optional<Drift> of(ColumnProfile before, ColumnTally later) {
    if (before.rows() == 0 || later.rows() == 0) {
      return Optional.empty();
    }
    if (before.numbers().isPresent() && later.categories().isEmpty()) {
      return Optional.of(numbers(before, before.numbers().get(), later));
    }
    return before.categories().isPresent() && later.categories().isPresent()
        ? Optional.of(
            categories(
                before, before.categories().get(), later, later.categories().get().profile()))
        : Optional.empty();
  }

  private static Drift numbers(ColumnProfile before, NumberProfile numbers, ColumnTally later) {
    List<Long> counts =
        later
            .numbers()
            .map(some -> some.counts(numbers.edges()))
            .orElse(numbers.counts().stream().map(count -> 0L).toList());
    Bins values = new Bins(numbers.counts(), counts);
    Bins all = withMissing(values, before.missing(), later.missing());
    return new Drift(
        before.column(),
        before.rows(),
        later.rows(),
        all.psi(),
        later.numbers().map(some -> values.ks()),
        0,
        described(before.numbers(), before.missing()),
        described(later.numbers().map(NumberTally::profile), later.missing()),
        all.noise());
  }

  private static Drift categories(
      ColumnProfile before, CategoryProfile known, ColumnTally later, CategoryProfile now) {
    Bins bins;
    long unseen = 0;
    if (known.many() || now.many()) {
      bins = new Bins(known.buckets(), now.buckets());
    } else {
      List<Long> counts = new ArrayList<>();
      List<Long> laterCounts = new ArrayList<>();
      for (Map.Entry<String, Long> category : known.counts().entrySet()) {
        counts.add(category.getValue());
        laterCounts.add(now.counts().getOrDefault(category.getKey(), 0L));
      }
      unseen =
          now.counts().entrySet().stream()
              .filter(category -> !known.counts().containsKey(category.getKey()))
              .mapToLong(Map.Entry::getValue)
              .sum();
      counts.add(0L);
      laterCounts.add(unseen);
      bins = new Bins(counts, laterCounts);
    }
    Bins all = withMissing(bins, before.missing(), later.missing());
    return new Drift(
        before.column(),
        before.rows(),
        later.rows(),
        all.psi(),
        Optional.empty(),
        unseen,
        described(known, before.rows(), before.missing()),
        described(now, later.rows(), later.missing()),
        all.noise());
  }

  private static Bins withMissing(Bins bins, long before, long later) {
    if (before == 0 && later == 0) {
      return bins;
    }
    List<Long> counts = new ArrayList<>(bins.before());
    List<Long> laterCounts = new ArrayList<>(bins.later());
    counts.add(before);
    laterCounts.add(later);
    return new Bins(counts, laterCounts);
  }

  private static String described(Optional<NumberProfile> numbers, long missing) {
    long values = numbers.map(NumberProfile::count).orElse(0L);
    return numbers
            .map(
                some ->
                    String.format(
                        Locale.ROOT, "mean %.4g, median %.4g", some.mean(), some.median()))
            .orElse("no number")
        + missing(missing, values + missing);
  }

  private static String described(CategoryProfile categories, long rows, long missing) {
    String most =
        categories.frequent(1).stream()
            .findFirst()
            .map(
                top ->
                    String.format(
                        Locale.ROOT, "most often %s (%.1f%%)", top.getKey(), percent(top, rows)))
            .orElse(categories.many() ? "many categories" : "no category");
    return most + missing(missing, rows);
  }

  private static double percent(Map.Entry<String, Long> category, long rows) {
    return 100.0 * category.getValue() / rows;
  }

  private static String missing(long missing, long of) {
    return missing == 0 ? "" : String.format(Locale.ROOT, ", %.1f%% missing", 100.0 * missing / of);
  }
}
