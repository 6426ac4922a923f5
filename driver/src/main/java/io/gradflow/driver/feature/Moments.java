package io.gradflow.driver.feature;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/**
 * Count, mean, variance and range of each of several numbers; NaN is passed over.
 *
 * <p>Within a micro-shard, sums of x - s and (x - s)^2 in row order, where s is the first x: no
 * cancellation for data far from zero. Micro-shards are then combined in their order by the
 * pairwise update of Chan, Golub and LeVeque (1983). In double; the same bits for the same
 * micro-shards, whatever the tasks.
 */
final class Moments implements Serializable {
  private static final long serialVersionUID = 1;

  private final int width;
  // Over the rows that were added.
  private final long[] added;
  private final double[] origin;
  private final double[] shifted;
  private final double[] shiftedSquares;
  // Over the micro-shards that were merged.
  private final long[] count;
  private final double[] mean;
  private final double[] squares;
  // Over either.
  private final double[] min;
  private final double[] max;

  Moments(int width) {
    this.width = width;
    this.added = new long[width];
    this.origin = new double[width];
    this.shifted = new double[width];
    this.shiftedSquares = new double[width];
    this.count = new long[width];
    this.mean = new double[width];
    this.squares = new double[width];
    this.min = new double[width];
    this.max = new double[width];
  }

  int width() {
    return width;
  }

  long count(int j) {
    return count[j];
  }

  double mean(int j) {
    return mean[j];
  }

  /** Of the population: the root of the mean squared deviation. */
  double standardDeviation(int j) {
    return Math.sqrt(squares[j] / count[j]);
  }

  double min(int j) {
    return min[j];
  }

  double max(int j) {
    return max[j];
  }

  /** Adds a value of number {@code j}, in row order. */
  void add(int j, double x) {
    if (Double.isNaN(x)) {
      return;
    }
    if (added[j] == 0) {
      origin[j] = x;
      min[j] = x;
      max[j] = x;
    }
    double d = x - origin[j];
    shifted[j] += d;
    shiftedSquares[j] += d * d;
    min[j] = Math.min(min[j], x);
    max[j] = Math.max(max[j], x);
    added[j]++;
  }

  /** Writes the sums over the values that were added. */
  void write(DataOutput to) throws IOException {
    for (int j = 0; j < width; j++) {
      to.writeLong(added[j]);
      to.writeDouble(origin[j]);
      to.writeDouble(shifted[j]);
      to.writeDouble(shiftedSquares[j]);
      to.writeDouble(min[j]);
      to.writeDouble(max[j]);
    }
  }

  /** Merges the sums of the next micro-shard. */
  void merge(DataInput from) throws IOException {
    for (int j = 0; j < width; j++) {
      merge(
          j,
          from.readLong(),
          from.readDouble(),
          from.readDouble(),
          from.readDouble(),
          from.readDouble(),
          from.readDouble());
    }
  }

  private void merge(
      int j, long more, double from, double sum, double sumOfSquares, double low, double high) {
    if (more == 0) {
      return;
    }
    long total = count[j] + more;
    double otherMean = from + sum / more;
    // Never below 0: rounding could take a constant column there.
    double otherSquares = Math.max(0, sumOfSquares - sum * sum / more);
    double delta = otherMean - mean[j];
    boolean first = count[j] == 0;
    mean[j] = first ? otherMean : mean[j] + delta * more / total;
    squares[j] += first ? otherSquares : otherSquares + delta * delta * count[j] * more / total;
    min[j] = first ? low : Math.min(min[j], low);
    max[j] = first ? high : Math.max(max[j], high);
    count[j] = total;
  }
}
