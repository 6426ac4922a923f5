package io.gradflow.driver.profile;

import io.gradflow.driver.feature.Quantiles;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Numbers counted into cells of a relative width of 2^-6, and their exact sums (of the values as
 * float32). One thread.
 */
final class NumberTally implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int FRACTION_BITS = 6;
  private static final int BINS = 10;
  private static final List<Double> SHARES = List.of(0.01, 0.25, 0.5, 0.75, 0.99);

  private final Quantiles cells = new Quantiles(FRACTION_BITS);
  private final ExactSum sum = new ExactSum();
  private final ExactSum squares = new ExactSum();
  // Whole numbers from 0 to 255, which pixels and most counts are, until they are settled.
  private final long[] bytes = new long[256];
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private long count;

  void add(double x) {
    int whole = (int) x;
    if (whole == x && whole >= 0 && whole < bytes.length) {
      bytes[whole]++;
      return;
    }
    float rounded = (float) x;
    sum.add(rounded);
    squares.add((double) rounded * rounded);
    extend(x, 1);
  }

  void write(DataOutput to) throws IOException {
    settle();
    to.writeLong(count);
    to.writeDouble(min);
    to.writeDouble(max);
    cells.write(to);
    sum.write(to);
    squares.write(to);
  }

  void merge(DataInput from) throws IOException {
    count += from.readLong();
    min = Math.min(min, from.readDouble());
    max = Math.max(max, from.readDouble());
    cells.merge(from);
    sum.merge(from);
    squares.merge(from);
  }

  long count() {
    settle();
    return count;
  }

  ExactSum sum() {
    settle();
    return sum;
  }

  /** n sum(x^2) - sum(x)^2, times 2^(2 SCALE). */
  BigInteger spread() {
    settle();
    BigInteger total = sum.scaled();
    return squares
        .scaled()
        .shiftLeft(ExactSum.SCALE)
        .multiply(BigInteger.valueOf(count))
        .subtract(total.multiply(total));
  }

  /** What was counted; of at least one value. */
  NumberProfile profile() {
    settle();
    double[] quantiles = cells.of(SHARES);
    // The least value of a cell may lie below all values in it.
    for (int i = 0; i < quantiles.length; i++) {
      quantiles[i] = Math.min(max, Math.max(min, quantiles[i]));
    }
    List<Double> edges = edges();
    return new NumberProfile(
        count,
        min,
        max,
        ExactSum.value(sum.scaled(), -ExactSum.SCALE) / count,
        Math.sqrt(ExactSum.value(spread(), -2 * ExactSum.SCALE)) / count,
        Arrays.stream(quantiles).boxed().toList(),
        outliers(quantiles[1], quantiles[3]),
        edges,
        counts(edges));
  }

  /** How many values lie below the first edge, from each edge to the next, and from the last on. */
  List<Long> counts(List<Double> edges) {
    settle();
    long[] counts = new long[edges.size() + 1];
    int bin = 0;
    for (long cell : cells.cells()) {
      while (bin < edges.size() && cells.value(cell) >= edges.get(bin)) {
        bin++;
      }
      counts[bin] += cells.count(cell);
    }
    return Arrays.stream(counts).boxed().toList();
  }

  /**
   * Boundaries of cells that cut the values into about ten equal parts, with the ends: nothing lies
   * below the first or from the last on.
   */
  private List<Double> edges() {
    long[] filled = cells.cells();
    List<Double> edges = new ArrayList<>(List.of(cells.value(filled[0])));
    long inBin = 0;
    for (long cell : filled) {
      if (inBin * BINS >= count) {
        edges.add(cells.value(cell));
        inBin = 0;
      }
      inBin += cells.count(cell);
    }
    edges.add(cells.value(filled[filled.length - 1] + 1));
    return edges;
  }

  /** Values further than three times the middle half's range from that half (Tukey 1977). */
  private long outliers(double lower, double upper) {
    double reach = 3 * (upper - lower);
    long outside = 0;
    for (long cell : cells.cells()) {
      double value = cells.value(cell);
      if (reach > 0 && (value < lower - reach || value > upper + reach)) {
        outside += cells.count(cell);
      }
    }
    return outside;
  }

  private void settle() {
    for (int whole = 0; whole < bytes.length; whole++) {
      if (bytes[whole] > 0) {
        sum.add((double) whole * bytes[whole]);
        squares.add((double) whole * whole * bytes[whole]);
        extend(whole, bytes[whole]);
        bytes[whole] = 0;
      }
    }
  }

  private void extend(double x, long times) {
    cells.add(x, times);
    count += times;
    min = Math.min(min, x);
    max = Math.max(max, x);
  }
}
