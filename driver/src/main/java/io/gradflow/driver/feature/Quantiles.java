package io.gradflow.driver.feature;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * Quantiles of a number, from counts of values that agree in sign, exponent and the first bits of
 * their fraction: with 12 bits within a factor of 1 + 2^-12 of the exact ones, exact for whole
 * numbers up to 8192. Counts have no order, so neither have the quantiles. NaN is passed over.
 */
public final class Quantiles implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int FRACTION_BITS = 52;

  private final int droppedBits;
  private final LongCounts counts = new LongCounts();

  public Quantiles() {
    this(12);
  }

  /**
   * @param fractionBits that tell values apart: b bits for a relative width of 2^-b
   */
  public Quantiles(int fractionBits) {
    this.droppedBits = FRACTION_BITS - fractionBits;
  }

  /** Adds a value. */
  public void add(double x) {
    add(x, 1);
  }

  /** Adds a value that occurs several times. */
  public void add(double x, long times) {
    if (!Double.isNaN(x)) {
      counts.add(sortable(x) >> droppedBits, times);
    }
  }

  public void write(DataOutput to) throws IOException {
    counts.write(to);
  }

  public void merge(DataInput from) throws IOException {
    counts.merge(from);
  }

  /** How many values there are. */
  public long count() {
    return counts.total();
  }

  /** The cells that hold values, ascending. */
  public long[] cells() {
    return counts.keys();
  }

  /** Values in a cell. */
  public long count(long cell) {
    return counts.count(cell);
  }

  /** The least value that a cell may hold. */
  public double value(long cell) {
    return unsortable(cell << droppedBits);
  }

  /** The cell of a value. */
  public static long cell(double x, int fractionBits) {
    return sortable(x) >> (FRACTION_BITS - fractionBits);
  }

  /**
   * The values below which the shares of all values lie, between neighbours in proportion as is
   * usual: rank share (n - 1).
   *
   * @param shares from 0 to 1, ascending
   */
  public double[] of(List<Double> shares) {
    long[] cells = cells();
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
  private double value(long[] cells, long rank) {
    long before = 0;
    for (long cell : cells) {
      before += counts.count(cell);
      if (rank < before) {
        return value(cell);
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
