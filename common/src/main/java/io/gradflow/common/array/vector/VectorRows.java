package io.gradflow.common.array.vector;

import static io.gradflow.common.array.vector.Lanes.FLOATS;
import static io.gradflow.common.array.vector.Lanes.TYPE;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The vector twins of {@code RowKernels} and {@code SoftmaxKernels}. Those over matrices do the
 * whole vectors of each row and return how many columns that was.
 */
public final class VectorRows {
  private static final int PARTIAL_SUMS = 16;

  private static final FloatVector ZERO = Lanes.constant(0f);

  private VectorRows() {}

  public static int addBias(int rows, int columns, float[] y, int yo, float[] bias, int bo) {
    int whole = Lanes.whole(columns);
    for (int r = 0, row = yo; r < rows; r++, row += columns) {
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        FloatVector v = FloatVector.fromArray(FLOATS, y, row + j);
        TYPE.cast(v.add(FloatVector.fromArray(FLOATS, bias, bo + j))).intoArray(y, row + j);
      }
    }
    return whole;
  }

  public static int addBiasRelu(int rows, int columns, float[] y, int yo, float[] bias, int bo) {
    int whole = Lanes.whole(columns);
    for (int r = 0, row = yo; r < rows; r++, row += columns) {
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        FloatVector v =
            FloatVector.fromArray(FLOATS, y, row + j)
                .add(FloatVector.fromArray(FLOATS, bias, bo + j));
        TYPE.cast(v.blend(ZERO, v.compare(VectorOperators.LT, ZERO))).intoArray(y, row + j);
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
        FloatVector sum =
            FloatVector.fromArray(FLOATS, sums, so + j)
                .add(FloatVector.fromArray(FLOATS, x, row + j));
        sum = FloatVector.fromArray(FLOATS, x, row + columns + j).add(sum);
        sum = FloatVector.fromArray(FLOATS, x, row + 2 * columns + j).add(sum);
        sum = FloatVector.fromArray(FLOATS, x, row + 3 * columns + j).add(sum);
        TYPE.cast(sum).intoArray(sums, so + j);
      }
    }
    for (; r < rows; r++) {
      int row = xo + r * columns;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        FloatVector sum = FloatVector.fromArray(FLOATS, sums, so + j);
        TYPE.cast(sum.add(FloatVector.fromArray(FLOATS, x, row + j))).intoArray(sums, so + j);
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
        FloatVector sum =
            FloatVector.fromArray(FLOATS, sums, so + j)
                .add(FloatVector.fromArray(FLOATS, dy, dyo + at));
        sum = sum.add(FloatVector.fromArray(FLOATS, dy, dyo + at + columns));
        sum = sum.add(FloatVector.fromArray(FLOATS, dy, dyo + at + 2 * columns));
        sum = sum.add(FloatVector.fromArray(FLOATS, dy, dyo + at + 3 * columns));
        TYPE.cast(sum).intoArray(sums, so + j);
      }
    }
    for (; r < rows; r++) {
      int first = r * columns;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        keepWherePositive(y, yo + first + j, dy, dyo + first + j);
        FloatVector sum = FloatVector.fromArray(FLOATS, sums, so + j);
        sum = sum.add(FloatVector.fromArray(FLOATS, dy, dyo + first + j));
        TYPE.cast(sum).intoArray(sums, so + j);
      }
    }
    return whole;
  }

  /** One vector: dy = dy where y > 0, else 0. */
  private static void keepWherePositive(float[] y, int yo, float[] dy, int dyo) {
    VectorMask<Float> positive =
        FloatVector.fromArray(FLOATS, y, yo).compare(VectorOperators.GT, ZERO);
    FloatVector d = FloatVector.fromArray(FLOATS, dy, dyo);
    TYPE.cast(ZERO.blend(d, positive)).intoArray(dy, dyo);
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
    FloatVector dots = FloatVector.broadcast(FLOATS, dot);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector d = FloatVector.fromArray(FLOATS, dy, dyo + i).sub(dots);
      TYPE.cast(FloatVector.fromArray(FLOATS, y, yo + i).mul(d)).intoArray(dx, dxo + i);
    }
    return whole;
  }

  /** One row: gradient = weights (gradient - dot) scale. */
  public static int scaledSoftmaxBackward(
      int columns, float dot, float scale, float[] weights, int wo, float[] gradient, int go) {
    int whole = Lanes.whole(columns);
    FloatVector dots = FloatVector.broadcast(FLOATS, dot);
    FloatVector scales = FloatVector.broadcast(FLOATS, scale);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector d = FloatVector.fromArray(FLOATS, gradient, go + i).sub(dots);
      TYPE.cast(FloatVector.fromArray(FLOATS, weights, wo + i).mul(d).mul(scales))
          .intoArray(gradient, go + i);
    }
    return whole;
  }
}
