package io.gradflow.driver.data;

import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.RawGroup.Content;
import io.gradflow.common.data.SeriesWindows;
import io.gradflow.common.data.TimeText;
import io.gradflow.driver.data.HoldoutKey.By;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rules by which rows of the training source are held out, test rows first, and what they read
 * of a row. Without rules, rows are held out by their rank alone.
 *
 * @param rules in the order in which they take rows
 * @param keys what they read, behind all that examples are made of
 */
record Holdouts(List<Named> rules, List<RawGroup> keys) {
  /**
   * A rule.
   *
   * @param column that it goes by, for messages
   */
  record Named(HoldoutRule rule, String column) {}

  Holdouts {
    rules = List.copyOf(rules);
    keys = List.copyOf(keys);
  }

  /**
   * @param columns of the training table
   * @param groups that are read of a row for its example
   * @throws io.gradflow.common.error.GradflowException (bad data) if a column is missing
   */
  static Holdouts of(DataSpec spec, ColumnNames columns, int groups, long seed) {
    boolean keyed =
        spec.validation().filter(HoldoutSpec::keyed).isPresent()
            || spec.test().filter(HoldoutSpec::keyed).isPresent();
    if (!keyed) {
      return new Holdouts(List.of(), List.of());
    }
    Rules rules = new Rules(columns, groups, seed, spec.series());
    rules.add("data.test", spec.test(), SplitRanks.TEST);
    rules.add("data.validation", spec.validation(), SplitRanks.VALIDATION);
    return new Holdouts(rules.named, rules.keys);
  }

  private static final class Rules {
    private final ColumnNames columns;
    private final int groups;
    private final long seed;
    private final Optional<SeriesWindows> series;
    private final List<Named> named = new ArrayList<>();
    private final List<RawGroup> keys = new ArrayList<>();

    Rules(ColumnNames columns, int groups, long seed, Optional<SeriesWindows> series) {
      this.columns = columns;
      this.groups = groups;
      this.seed = seed;
      this.series = series;
    }

    void add(String place, Optional<HoldoutSpec> given, int split) {
      given
          .filter(HoldoutSpec::ofTrain)
          .ifPresent(spec -> named.add(new Named(rule(place, spec, split), column(spec))));
    }

    private HoldoutRule rule(String place, HoldoutSpec spec, int split) {
      HoldoutKey key = key(place, spec);
      if (key.by() == By.VALUE) {
        return HoldoutRule.fixed(split, key, KeyCut.behind(0));
      }
      if (spec.from().isPresent()) {
        double first = TimeText.parse(spec.from().get());
        return HoldoutRule.fixed(split, key, KeyCut.behind(HoldoutKey.latestFirst(first)));
      }
      if (spec.split().isPresent()) {
        return HoldoutRule.shares(split, key, 0, spec.split().get(), false);
      }
      double folds = spec.folds().orElseThrow();
      int fold = spec.fold().orElseThrow();
      return HoldoutRule.shares(split, key, (fold - 1) / folds, fold / folds, true);
    }

    private HoldoutKey key(String place, HoldoutSpec spec) {
      if (spec.column().isPresent()) {
        int at = group(place + ".column", spec.column().get(), Content.LABEL);
        return new HoldoutKey(By.VALUE, at, -1, new ArrayList<>(spec.labels()), seed);
      }
      if (spec.stratify().isPresent()) {
        return keyed(By.STRATUM, place + ".stratify", spec.stratify().get(), Content.LABEL);
      }
      if (spec.group().isPresent()) {
        return keyed(By.GROUP, place + ".group", spec.group().get(), Content.LABEL);
      }
      return spec.time().isPresent()
          ? timed(place + ".time", spec.time().get())
          : new HoldoutKey(By.CONTENT, -1, -1, new ArrayList<>(), seed);
    }

    private HoldoutKey keyed(By by, String place, String column, Content content) {
      return new HoldoutKey(by, group(place, column, content), -1, new ArrayList<>(), seed);
    }

    /** By a time; by that of what a series is to predict, so that no example learns from later. */
    private HoldoutKey timed(String place, String column) {
      if (series.filter(each -> each.time().equals(column) && each.horizon() > 0).isEmpty()) {
        return keyed(By.TIME, place, column, Content.TIME);
      }
      String ahead = column + SeriesWindows.AHEAD;
      int first = group(new RawGroup(List.of(ahead), Content.TIME, 0));
      int last = group(new RawGroup(List.of(ahead + SeriesWindows.UNTIL), Content.TIME, 0));
      return new HoldoutKey(By.TIME, first, last, new ArrayList<>(), seed);
    }

    /** Where a column's value is read, which rules that go by the same one share. */
    private int group(String place, String column, Content content) {
      List<String> found = columns.find(place, List.of(column), Set.of());
      return group(new RawGroup(found, content, 0));
    }

    private int group(RawGroup wanted) {
      int at = keys.indexOf(wanted);
      if (at < 0) {
        at = keys.size();
        keys.add(wanted);
      }
      return groups + at;
    }

    private static String column(HoldoutSpec spec) {
      return spec.column().or(spec::stratify).or(spec::group).or(spec::time).orElse("of no name");
    }
  }
}
