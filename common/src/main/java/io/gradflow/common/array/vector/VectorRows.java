package io.gradflow.common.array.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The vector twins of {@code RowKernels} and {@code SoftmaxKernels}. Those over matrices do the
 * whole vectors of each row and return how many columns that was.
 */
public final class VectorRows {
  private static final int PARTIAL_SUMS = 16;

  private VectorRows() {}

  public static int addBias(int rows, int columns, float[] y, int yo, float[] bias, int bo) {
    int whole = Lanes.whole(columns);
    for (int r = 0, row = yo; r < rows; r++, row += columns) {
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        Lanes.store(Lanes.load(y, row + j).add(Lanes.load(bias, bo + j)), y, row + j);
      }
    }
    return whole;
  }

  public static int addBiasRelu(int rows, int columns, float[] y, int yo, float[] bias, int bo) {
    int whole = Lanes.whole(columns);
    for (int r = 0, row = yo; r < rows; r++, row += columns) {
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        FloatVector v = Lanes.load(y, row + j).add(Lanes.load(bias, bo + j));
        Lanes.store(
            v.blend(Lanes.all(0f), v.compare(VectorOperators.LT, Lanes.all(0f))), y, row + j);
      }
    }
    return whole;
  }

  /** Four rows at a time, so that the sums are touched once for four rows; order as ever. */
  public static int columnSums(int rows, int columns, float[] x, int xo, float[] sums, int so) {
    int whole = Lanes.whole(columns);
    int r = 0;
    for (; r + 4 <= rows; r += 4) {
      int row = xo + r * columns;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        FloatVector sum = Lanes.load(sums, so + j).add(Lanes.load(x, row + j));
        sum = Lanes.load(x, row + columns + j).add(sum);
        sum = Lanes.load(x, row + 2 * columns + j).add(sum);
        sum = Lanes.load(x, row + 3 * columns + j).add(sum);
        Lanes.store(sum, sums, so + j);
      }
    }
    for (; r < rows; r++) {
      int row = xo + r * columns;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        Lanes.store(Lanes.load(sums, so + j).add(Lanes.load(x, row + j)), sums, so + j);
      }
    }
    return whole;
  }

  public static int reluBackwardBias(
      int rows, int columns, float[] y, int yo, float[] dy, int dyo, float[] sums, int so) {
    int whole = Lanes.whole(columns);
    int r = 0;
    for (; r + 4 <= rows; r += 4) {
      int first = r * columns;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        int at = first + j;
        keepWherePositive(y, yo + at, dy, dyo + at);
        keepWherePositive(y, yo + at + columns, dy, dyo + at + columns);
        keepWherePositive(y, yo + at + 2 * columns, dy, dyo + at + 2 * columns);
        keepWherePositive(y, yo + at + 3 * columns, dy, dyo + at + 3 * columns);
        FloatVector sum = Lanes.load(sums, so + j).add(Lanes.load(dy, dyo + at));
        sum = sum.add(Lanes.load(dy, dyo + at + columns));
        sum = sum.add(Lanes.load(dy, dyo + at + 2 * columns));
        sum = sum.add(Lanes.load(dy, dyo + at + 3 * columns));
        Lanes.store(sum, sums, so + j);
      }
    }
    for (; r < rows; r++) {
      int first = r * columns;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        keepWherePositive(y, yo + first + j, dy, dyo + first + j);
        Lanes.store(Lanes.load(sums, so + j).add(Lanes.load(dy, dyo + first + j)), sums, so + j);
      }
    }
    return whole;
  }

  /** One vector: dy = dy where y > 0, else 0. Gives no vector back, which could be boxed. */
  private static void keepWherePositive(float[] y, int yo, float[] dy, int dyo) {
    FloatVector zero = Lanes.all(0f);
    Lanes.store(
        zero.blend(Lanes.load(dy, dyo), Lanes.load(y, yo).compare(VectorOperators.GT, zero)),
        dy,
        dyo);
  }

  /**
   * y = e^(x - max), all columns, each added to its partial sum; y null where only sums are wanted.
   * Chunks are filled up with -infinity, whose exponential adds 0.
   */
  public static void exponentials(
      int columns, float max, float[] x, int xo, float[] y, int yo, float[] partial) {
    float[] e = Exponentials.scratch();
    for (int from = 0; from < columns; from += Exponentials.CHUNK) {
      int count = Math.min(Exponentials.CHUNK, columns - from);
      System.arraycopy(x, xo + from, e, 0, count);
      int padded = (count + PARTIAL_SUMS - 1) & -PARTIAL_SUMS;
      Arrays.fill(e, count, padded, Float.NEGATIVE_INFINITY);
      Exponentials.compute(Exponentials.SHIFTED, padded, max, e, 0, e);
      if (y != null) {
        System.arraycopy(e, 0, y, yo + from, count);
      }
      VectorArrays.sum(padded, e, 0, partial);
    }
  }

  /** One row: dx = y (dy - dot). */
  public static int softmaxBackward(
      int columns, float dot, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int whole = Lanes.whole(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(
          Lanes.load(y, yo + i).mul(Lanes.load(dy, dyo + i).sub(Lanes.all(dot))), dx, dxo + i);
    }
    return whole;
  }

  /** One row: gradient = weights (gradient - dot) scale. */
  public static int scaledSoftmaxBackward(
      int columns, float dot, float scale, float[] weights, int wo, float[] gradient, int go) {
    int whole = Lanes.whole(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(gradient, go + i).sub(Lanes.all(dot));
      Lanes.store(Lanes.load(weights, wo + i).mul(d).mul(Lanes.all(scale)), gradient, go + i);
    }
    return whole;
  }
}
