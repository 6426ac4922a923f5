package io.gradflow.driver.profile;

import io.gradflow.common.array.CounterRng;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How often a value of a column occurs with a label, while there are not too many pairs; and from
 * that how well the column alone tells the label. One thread.
 */
final class PairCounts implements Serializable {
  /** The value of a row whose value is missing. */
  static final long MISSING = Long.MIN_VALUE;

  private static final long serialVersionUID = 1;
  private static final int MOST = 4096;
  private static final int CAPACITY = 2 * MOST;
  private static final int LEAST_IN_BIN = 20;

  private final boolean ordered;
  private long[] values;
  private long[] labels;
  // 0 marks a free place.
  private long[] counts;
  private int size;
  private boolean many;

  /**
   * @param ordered whether neighbouring values belong together: numbers' cells
   */
  PairCounts(boolean ordered) {
    this.ordered = ordered;
  }

  void add(long value, long label) {
    add(value, label, 1);
  }

  private void add(long value, long label, long times) {
    if (many) {
      return;
    }
    if (values == null) {
      values = new long[CAPACITY];
      labels = new long[CAPACITY];
      counts = new long[CAPACITY];
    }
    int at = (int) CounterRng.mix(value ^ CounterRng.mix(label)) & (CAPACITY - 1);
    while (counts[at] != 0 && (values[at] != value || labels[at] != label)) {
      at = (at + 1) & (CAPACITY - 1);
    }
    if (counts[at] == 0) {
      if (++size > MOST) {
        forget();
        return;
      }
      values[at] = value;
      labels[at] = label;
    }
    counts[at] += times;
  }

  void write(DataOutput to) throws IOException {
    to.writeBoolean(many);
    to.writeInt(many ? 0 : size);
    for (int i = 0; !many && i < CAPACITY && size > 0; i++) {
      if (counts[i] > 0) {
        to.writeLong(values[i]);
        to.writeLong(labels[i]);
        to.writeLong(counts[i]);
      }
    }
  }

  void merge(DataInput from) throws IOException {
    if (from.readBoolean()) {
      forget();
    }
    for (int left = from.readInt(); left > 0; left--) {
      add(from.readLong(), from.readLong(), from.readLong());
    }
  }

  /**
   * The share of rows whose label is the most frequent one of the other rows with the same value;
   * of numbers, with values from cell to cell until there are at least {@value #LEAST_IN_BIN} rows.
   * A value that only one row has tells nothing. Empty if there are too many pairs.
   */
  Optional<Double> told() {
    if (many || size == 0) {
      return Optional.empty();
    }
    int[] places =
        IntStream.range(0, CAPACITY)
            .filter(i -> counts[i] > 0)
            .boxed()
            .sorted(Comparator.comparingLong(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    long rows = 0;
    long right = 0;
    Map<Long, Long> bin = new HashMap<>();
    long inBin = 0;
    for (int p = 0; p < places.length; p++) {
      int at = places[p];
      bin.merge(labels[at], counts[at], Long::sum);
      inBin += counts[at];
      rows += counts[at];
      boolean valueEnds = p + 1 == places.length || values[places[p + 1]] != values[at];
      if (valueEnds && (!ordered || inBin >= LEAST_IN_BIN || values[at] == MISSING)) {
        right += right(bin);
        bin.clear();
        inBin = 0;
      }
    }
    right += right(bin);
    return Optional.of((double) right / rows);
  }

  /** Rows whose label is more frequent than any other among the bin's other rows. */
  private static long right(Map<Long, Long> bin) {
    long[] ascending = bin.values().stream().mapToLong(Long::longValue).sorted().toArray();
    int last = ascending.length - 1;
    return last >= 0 && ascending[last] - 1 > (last > 0 ? ascending[last - 1] : 0)
        ? ascending[last]
        : 0;
  }

  private void forget() {
    many = true;
    values = null;
    labels = null;
    counts = null;
  }
}
