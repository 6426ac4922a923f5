package io.gradflow.driver.data;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.data.CutTask.Bins;
import io.gradflow.driver.data.CutTask.Range;
import io.gradflow.driver.data.CutTask.Tally;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Finds where a holdout's shares cut the keys, exactly: counts keys in ranges, then in the range
 * that holds the place, and so on. The range is 256 times narrower each time, and ends as soon as
 * one key is left or the count fits, so that random keys of a million rows take three passes.
 */
final class CutSearch {
  /** Values of a column to stratify by. */
  static final int MAX_STRATA = 1000;

  private final KeyedRows earlier;
  private final HoldoutRule rule;
  private final String column;

  /**
   * @param earlier rules, whose rows are left out
   * @param rule to find the places of
   * @param column it goes by, for messages
   */
  CutSearch(KeyedRows earlier, HoldoutRule rule, String column) {
    this.earlier = earlier;
    this.rule = rule;
    this.column = column;
  }

  /**
   * @param pass runs a task on every partition of the rows
   * @return the rule with its places
   */
  HoldoutRule found(Function<CutTask, byte[][]> pass) {
    int wanted = rule.shares().size();
    TreeMap<String, Range[]> ranges = new TreeMap<>();
    TreeMap<String, KeyCut[]> cuts = new TreeMap<>();
    boolean open;
    do {
      CutTask task = new CutTask(earlier, rule.key(), wanted, ranges);
      open = false;
      for (Map.Entry<String, Tally> entry : merged(task, pass.apply(task)).entrySet()) {
        Range[] next = new Range[wanted];
        KeyCut[] places = cuts.computeIfAbsent(entry.getKey(), stratum -> new KeyCut[wanted]);
        for (int i = 0; i < wanted; i++) {
          if (places[i] == null) {
            Bins bins = entry.getValue().bins[i];
            long rows = rows(entry.getValue(), rule.shares().get(i));
            places[i] = bins.cut(rows);
            next[i] = places[i] == null ? bins.narrowed(rows) : null;
            open |= places[i] == null;
          }
        }
        ranges.put(entry.getKey(), next);
      }
    } while (open);
    TreeMap<String, ArrayList<KeyCut>> found = new TreeMap<>();
    cuts.forEach((stratum, places) -> found.put(stratum, new ArrayList<>(Arrays.asList(places))));
    return rule.with(found);
  }

  private long rows(Tally tally, double share) {
    return Math.min(Math.round((rule.ofRest() ? tally.left : tally.rows) * share), tally.left);
  }

  private Map<String, Tally> merged(CutTask task, byte[][] messages) {
    TreeMap<String, Tally> merged = new TreeMap<>();
    for (byte[] message : messages) {
      try (DataInputStream from = new DataInputStream(new ByteArrayInputStream(message))) {
        for (int strata = from.readInt(); strata > 0; strata--) {
          merged.computeIfAbsent(from.readUTF(), task::tally).merge(from);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("counts of a partition are cut short", e);
      }
      if (merged.size() > MAX_STRATA) {
        throw new GradflowException(
            ExitCode.BAD_DATA,
            "stratify: column %s has more than %d values; a column with few rows of each goes with group: %s"
                .formatted(column, MAX_STRATA, column));
      }
    }
    return merged;
  }
}
