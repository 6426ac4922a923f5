package io.gradflow.driver.report;

import io.gradflow.common.spec.SpecWriter;
import io.gradflow.driver.data.DataProfile;
import io.gradflow.driver.data.RejectedRow;
import io.gradflow.driver.data.SourceRows;
import io.gradflow.driver.profile.CategoryProfile;
import io.gradflow.driver.profile.ColumnProfile;
import io.gradflow.driver.profile.Drift;
import io.gradflow.driver.profile.NumberProfile;
import io.gradflow.driver.profile.TableProfile;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What the data of a job hold, as people read it and as JSON. */
public final class DataReport {
  private static final int MOST_LISTED = 8;

  private final String name;
  private final DataProfile profile;

  /**
   * @param name the job's
   */
  public DataReport(String name, DataProfile profile) {
    this.name = name;
    this.profile = profile;
  }

  /** For JSON. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("version", 1);
    map.put("name", name);
    map.put("sources", profile.sources().stream().map(SourceRows::toMap).toList());
    Map<String, Object> splits = new LinkedHashMap<>();
    profile.splits().forEach((split, table) -> splits.put(split, SpecWriter.toTree(table)));
    map.put("splits", splits);
    Map<String, Object> drift = new LinkedHashMap<>();
    profile
        .drift()
        .forEach(
            (split, columns) -> drift.put(split, columns.stream().map(DataReport::map).toList()));
    map.put("drift", drift);
    map.put("findings", DataFindings.all(profile));
    return map;
  }

  /** One column's drift for JSON. */
  public static Map<String, Object> map(Drift drift) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("column", drift.column());
    map.put("psi", drift.psi());
    drift.ks().ifPresent(ks -> map.put("ks", ks));
    map.put("psiByChance", drift.noise());
    map.put("unseenRows", drift.unseen());
    map.put("notable", drift.notable());
    map.put("text", drift.text());
    return map;
  }

  /** For people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (SourceRows source : profile.sources()) {
      line(
          text,
          "%s: %,d rows read, %,d used, %,d refused%s",
          source.source(),
          source.read(),
          source.used(),
          source.refused(),
          source.unused() == 0
              ? ""
              : String.format(Locale.ROOT, ", %,d left out by the split", source.unused()));
      source.reasons().forEach((reason, count) -> line(text, "  %,d x %s", count, reason));
      for (RejectedRow sample : source.samples()) {
        line(text, "  e.g. %s", sample);
      }
    }
    profile.splits().forEach((split, table) -> table(text, split, table));
    profile
        .drift()
        .forEach(
            (split, columns) -> {
              if (!columns.isEmpty()) {
                line(text, "%n%s against train (PSI, then KS):", split);
                columns.forEach(column -> line(text, "  %s", drift(column)));
              }
            });
    List<String> findings = DataFindings.all(profile);
    line(text, findings.isEmpty() ? "%nnothing to find fault with" : "%nfindings:");
    findings.forEach(finding -> line(text, "  - %s", finding));
    return text.toString();
  }

  private static String drift(Drift column) {
    return String.format(
        Locale.ROOT,
        "%-24s %.4f%s%s",
        column.column(),
        column.psi(),
        column.ks().map(ks -> String.format(Locale.ROOT, "  %.4f", ks)).orElse(""),
        column.notable() ? "  drifted" : "");
  }

  private static void table(StringBuilder text, String split, TableProfile table) {
    line(text, "%n%s: %,d rows", split, table.rows());
    for (ColumnProfile column : table.columns()) {
      line(
          text,
          "  %-24s %-7s %-7s missing %,d%s%s",
          column.column(),
          column.role(),
          column.content(),
          column.missing(),
          column.numbers().map(numbers -> numbers(column, numbers)).orElse(""),
          column.categories().map(categories -> categories(column, categories)).orElse(""));
    }
  }

  private static String numbers(ColumnProfile column, NumberProfile numbers) {
    if (column.content().equals("time")) {
      return String.format(
          Locale.ROOT, "  from %s to %s", time(numbers.min()), time(numbers.max()));
    }
    return String.format(
        Locale.ROOT,
        "%s  min %.6g  median %.6g  max %.6g  mean %.6g  sd %.4g  outliers %,d",
        switch (column.content()) {
          case "text" -> "  characters";
          case "binary" -> "  bytes";
          default -> "";
        },
        numbers.min(),
        numbers.median(),
        numbers.max(),
        numbers.mean(),
        numbers.standardDeviation(),
        numbers.outliers());
  }

  private static String time(double seconds) {
    return Instant.ofEpochSecond((long) Math.floor(seconds)).toString();
  }

  private static String categories(ColumnProfile column, CategoryProfile categories) {
    if (categories.many()) {
      return "  too many categories to count each";
    }
    return String.format(
        Locale.ROOT,
        "  %,d categories: %s%s",
        categories.counts().size(),
        categories.frequent(MOST_LISTED).stream()
            .map(
                each ->
                    String.format(
                        Locale.ROOT,
                        "%s %.1f%%",
                        each.getKey(),
                        100.0 * each.getValue() / column.rows()))
            .collect(Collectors.joining(", ")),
        categories.counts().size() > MOST_LISTED ? ", ..." : "");
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
