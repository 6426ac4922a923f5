package io.gradflow.driver.report;

import io.gradflow.driver.data.DataProfile;
import io.gradflow.driver.data.SourceRows;
import io.gradflow.driver.profile.CategoryProfile;
import io.gradflow.driver.profile.ColumnProfile;
import io.gradflow.driver.profile.Drift;
import io.gradflow.driver.profile.TableProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What somebody should look at before training on data; suspicions, none of them an error. */
public final class DataFindings {
  // A column that tells the label this often is suspected, unless always saying one class does.
  private static final double TELLS = 0.99;
  private static final double CORRELATES = 0.999;
  private static final double FAR_FROM_BALANCE = 0.9;
  private static final double MANY_OUTLIERS = 0.01;
  private static final double MOSTLY_MISSING = 0.5;

  private DataFindings() {}

  /** All there are, in the order of the report. */
  static List<String> all(DataProfile profile) {
    List<String> findings = new ArrayList<>();
    for (SourceRows source : profile.sources()) {
      if (source.refused() > 0) {
        findings.add(
            String.format(
                Locale.ROOT,
                "%s: %,d of %,d rows cannot be used; training leaves them out or ends there, as"
                    + " data.onBadRow says",
                source.source(),
                source.refused(),
                source.read()));
      }
    }
    TableProfile train = profile.train();
    train.columns().forEach(column -> column(column, findings));
    findings.addAll(grave(profile));
    return findings;
  }

  /** Those that training should tell: what gives the label away, and how held-out rows differ. */
  public static List<String> grave(DataProfile profile) {
    List<String> findings = new ArrayList<>();
    TableProfile train = profile.train();
    double usual = mostFrequentClass(train);
    for (ColumnProfile column : train.columns()) {
      if (column.role().equals("feature")) {
        leak(column, usual).ifPresent(findings::add);
      }
    }
    profile
        .drift()
        .forEach(
            (split, columns) -> {
              unknownClasses(split, train, profile.splits().get(split)).ifPresent(findings::add);
              columns.stream()
                  .filter(Drift::notable)
                  .forEach(column -> findings.add(split + ": " + column.text()));
            });
    return findings;
  }

  private static Optional<String> leak(ColumnProfile column, double usual) {
    if (column.constant()) {
      return Optional.empty();
    }
    if (column.equalsLabel()) {
      return Optional.of(
          "column %s holds the label in every row; leave it out of the features"
              .formatted(column.column()));
    }
    double told = column.tellsLabel().orElse(0.0);
    if (told >= TELLS && told > usual + (1 - usual) / 2) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "column %s alone tells the label of %.2f%% of the rows (the most frequent class"
                  + " %.2f%%); will it be known when the model is asked?",
              column.column(),
              100 * told,
              100 * usual));
    }
    double correlation = column.labelCorrelation().orElse(0.0);
    return Math.abs(correlation) >= CORRELATES
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "column %s goes with the label, correlation %.5f; will it be known when the model"
                    + " is asked?",
                column.column(),
                correlation))
        : Optional.empty();
  }

  private static void column(ColumnProfile column, List<String> findings) {
    String name = column.column();
    if (column.role().equals("label")) {
      column.categories().ifPresent(classes -> balance(column, classes, findings));
    }
    if (column.role().equals("feature") && column.constant()) {
      findings.add("column " + name + " holds the same in every row; nothing is learned from it");
    } else {
      column
          .sameAs()
          .ifPresent(
              other -> findings.add("column " + name + " holds the same as column " + other));
    }
    long values = column.numbers().map(numbers -> numbers.count()).orElse(0L);
    long outliers = column.numbers().map(numbers -> numbers.outliers()).orElse(0L);
    if (outliers > MANY_OUTLIERS * values) {
      findings.add(
          String.format(
              Locale.ROOT,
              "column %s: %,d values (%.1f%%) lie far outside of the middle half; consider clip,"
                  + " log or robust",
              name,
              outliers,
              100.0 * outliers / values));
    }
    if (column.missing()
        > MOSTLY_MISSING * (values == 0 ? column.rows() : values + column.missing())) {
      findings.add(
          String.format(Locale.ROOT, "column %s: %,d values are missing", name, column.missing()));
    }
  }

  private static void balance(
      ColumnProfile column, CategoryProfile classes, List<String> findings) {
    for (Map.Entry<String, Long> most : classes.frequent(1)) {
      double share = (double) most.getValue() / column.rows();
      if (classes.counts().size() == 1) {
        findings.add(
            "label column %s has one class only, %s; there is nothing to tell apart"
                .formatted(column.column(), most.getKey()));
      } else if (share >= FAR_FROM_BALANCE) {
        findings.add(
            String.format(
                Locale.ROOT,
                "label column %s: always saying %s is right for %.1f%% of the rows; accuracy says"
                    + " little here",
                column.column(),
                most.getKey(),
                100 * share));
      }
    }
  }

  private static double mostFrequentClass(TableProfile train) {
    return train.columns().stream()
        .filter(column -> column.role().equals("label"))
        .flatMap(label -> label.categories().stream())
        .flatMap(classes -> classes.frequent(1).stream())
        .mapToDouble(most -> (double) most.getValue() / train.rows())
        .findFirst()
        .orElse(0);
  }

  private static Optional<String> unknownClasses(
      String split, TableProfile train, TableProfile held) {
    Set<String> known = classes(train);
    Set<String> unknown = classes(held);
    unknown.removeAll(known);
    return unknown.isEmpty() || known.isEmpty()
        ? Optional.empty()
        : Optional.of(split + ": classes that training lacks: " + unknown);
  }

  private static Set<String> classes(TableProfile table) {
    Set<String> classes = new TreeSet<>();
    table.columns().stream()
        .filter(column -> column.role().equals("label"))
        .flatMap(label -> label.categories().stream())
        .forEach(label -> classes.addAll(label.counts().keySet()));
    return classes;
  }
}
