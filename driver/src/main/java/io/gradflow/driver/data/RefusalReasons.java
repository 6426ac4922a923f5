package io.gradflow.driver.data;

import java.io.Serializable;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How many rows were refused for which reason, values aside: {@code column x: … is not a number}.
 * Of more than {@value #MOST} reasons the first by text are kept: what is dropped once stays behind
 * those that are kept, so that every count is exact, in any order.
 */
final class RefusalReasons implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MOST = 50;
  private static final Pattern QUOTED = Pattern.compile("\".*\"", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("(?<=[:;] |weight )-?[0-9][0-9.E+-]*");

  private final TreeMap<String, Long> counts = new TreeMap<>();

  void add(String reason) {
    add(kind(reason), 1);
  }

  void merge(RefusalReasons others) {
    others.counts.forEach(this::add);
  }

  SortedMap<String, Long> counts() {
    return new TreeMap<>(counts);
  }

  private void add(String kind, long times) {
    counts.merge(kind, times, Long::sum);
    if (counts.size() > MOST) {
      counts.pollLastEntry();
    }
  }

  /** A reason without the row's own values. */
  static String kind(String reason) {
    return NUMBER.matcher(QUOTED.matcher(reason).replaceAll("…")).replaceAll("…");
  }
}
