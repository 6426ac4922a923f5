package io.gradflow.driver.data;

import io.gradflow.common.data.RawValues;

/**
 * Count, mean, variance and range of each number of a group.
 *
 * <p>Within a micro-shard, sums of x - s and (x - s)^2 in row order, where s is the first row's x:
 * no cancellation for data far from zero. Micro-shards are then combined in their order by the
 * pairwise update of Chan, Golub and LeVeque (1983). In double; the same bits for the same
 * micro-shards, whatever the tasks.
 */
final class Moments {
  private static final int PER_NUMBER = 5;

  private final int width;
  private long count;
  private final double[] mean;
  private final double[] squares;
  private final double[] min;
  private final double[] max;

  Moments(int width) {
    this.width = width;
    this.mean = new double[width];
    this.squares = new double[width];
    this.min = new double[width];
    this.max = new double[width];
  }

  double mean(int j) {
    return mean[j];
  }

  /** Of the population: the root of the mean squared deviation. */
  double standardDeviation(int j) {
    return Math.sqrt(squares[j] / count);
  }

  double min(int j) {
    return min[j];
  }

  double max(int j) {
    return max[j];
  }

  /** Floats that {@link Sums} of this many numbers take in a message, count included. */
  static int messageSize(int width) {
    return 1 + PER_NUMBER * width;
  }

  /** Adds a micro-shard's sums, as {@link Sums#write} wrote them; micro-shards come in order. */
  void add(double[] message, int at) {
    long added = (long) message[at];
    if (added == 0) {
      return;
    }
    long total = count + added;
    for (int j = 0; j < width; j++) {
      int k = at + 1 + PER_NUMBER * j;
      double shifted = message[k + 1];
      double otherMean = message[k] + shifted / added;
      // Never below 0: rounding could take a constant column there.
      double otherSquares = Math.max(0, message[k + 2] - shifted * shifted / added);
      double delta = otherMean - mean[j];
      mean[j] = count == 0 ? otherMean : mean[j] + delta * added / total;
      squares[j] +=
          count == 0 ? otherSquares : otherSquares + delta * delta * count * added / total;
      min[j] = count == 0 ? message[k + 3] : Math.min(min[j], message[k + 3]);
      max[j] = count == 0 ? message[k + 4] : Math.max(max[j], message[k + 4]);
    }
    count = total;
  }

  /** The sums over one micro-shard. */
  static final class Sums {
    private final double[] sums;
    private long count;

    Sums(int width) {
      this.sums = new double[PER_NUMBER * width];
    }

    void add(RawValues values) {
      for (int j = 0, k = 0; j < values.count(); j++, k += PER_NUMBER) {
        double x = values.number(j);
        if (count == 0) {
          sums[k] = x;
          sums[k + 3] = x;
          sums[k + 4] = x;
        }
        double shifted = x - sums[k];
        sums[k + 1] += shifted;
        sums[k + 2] += shifted * shifted;
        sums[k + 3] = Math.min(sums[k + 3], x);
        sums[k + 4] = Math.max(sums[k + 4], x);
      }
      count++;
    }

    void write(double[] message, int at) {
      message[at] = count;
      System.arraycopy(sums, 0, message, at + 1, sums.length);
    }
  }
}
