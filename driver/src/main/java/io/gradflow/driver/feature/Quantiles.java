package io.gradflow.driver.feature;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Quantiles of a number, from counts of values that agree in sign, exponent and the first 12 bits
 * of their fraction: within a factor of 1 + 2^-12 of the exact ones, exact for whole numbers up to
 * 8192. Counts have no order, so neither have the quantiles. NaN is passed over.
 */
final class Quantiles implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int DROPPED_BITS = 52 - 12;

  private final HashMap<Long, Long> counts = new HashMap<>();

  /** Adds a value. */
  void add(double x) {
    if (!Double.isNaN(x)) {
      counts.merge(sortable(x) >> DROPPED_BITS, 1L, Long::sum);
    }
  }

  void write(DataOutput to) throws IOException {
    to.writeInt(counts.size());
    for (Map.Entry<Long, Long> cell : counts.entrySet()) {
      to.writeLong(cell.getKey());
      to.writeLong(cell.getValue());
    }
  }

  void merge(DataInput from) throws IOException {
    for (int left = from.readInt(); left > 0; left--) {
      counts.merge(from.readLong(), from.readLong(), Long::sum);
    }
  }

  /** How many values there are. */
  long count() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * The values below which the shares of all values lie, between neighbours in proportion as is
   * usual: rank share (n - 1).
   *
   * @param shares from 0 to 1, ascending
   */
  double[] of(List<Double> shares) {
    TreeMap<Long, Long> cells = new TreeMap<>(counts);
    long total = count();
    return shares.stream()
        .mapToDouble(
            share -> {
              double rank = share * (total - 1);
              long low = (long) Math.floor(rank);
              double at = value(cells, low);
              double next = low + 1 < total ? value(cells, low + 1) : at;
              return at + (rank - low) * (next - at);
            })
        .toArray();
  }

  /** The value of a rank, of cells in ascending order. */
  private static double value(SortedMap<Long, Long> cells, long rank) {
    long before = 0;
    for (Map.Entry<Long, Long> cell : cells.entrySet()) {
      before += cell.getValue();
      if (rank < before) {
        return unsortable(cell.getKey() << DROPPED_BITS);
      }
    }
    throw new IllegalArgumentException("rank " + rank + " of " + before + " values");
  }

  /** Bits whose order as a signed number is the order of the values; symmetric about zero. */
  private static long sortable(double x) {
    long bits = Double.doubleToLongBits(Math.abs(x));
    return x < 0 ? -bits : bits;
  }

  private static double unsortable(long bits) {
    return bits < 0 ? -Double.longBitsToDouble(-bits) : Double.longBitsToDouble(bits);
  }
}
