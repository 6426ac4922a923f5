package io.gradflow.common.array.vector;

import static io.gradflow.common.array.vector.Lanes.FLOATS;
import static io.gradflow.common.array.vector.Lanes.TYPE;

import jdk.incubator.vector.FloatVector;

/**
 * The vector twins of {@code NormKernels}. Those over columns do the whole vectors of each row and
 * return how many columns that was.
 */
public final class VectorNorms {
  private static final int PARTIAL_SUMS = 16;

  private VectorNorms() {}

  /** Four rows at a time, so that the sums are touched once for four rows; order as ever. */
  public static int columnSquares(
      int rows, int columns, float[] x, int xo, float[] mean, int mo, float[] sums, int so) {
    int whole = Lanes.whole(columns);
    int r = 0;
    for (; r + 4 <= rows; r += 4) {
      int row = xo + r * columns;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        FloatVector m = FloatVector.fromArray(FLOATS, mean, mo + j);
        FloatVector d0 = FloatVector.fromArray(FLOATS, x, row + j).sub(m);
        FloatVector d1 = FloatVector.fromArray(FLOATS, x, row + columns + j).sub(m);
        FloatVector d2 = FloatVector.fromArray(FLOATS, x, row + 2 * columns + j).sub(m);
        FloatVector d3 = FloatVector.fromArray(FLOATS, x, row + 3 * columns + j).sub(m);
        FloatVector sum = d0.fma(d0, FloatVector.fromArray(FLOATS, sums, so + j));
        TYPE.cast(d3.fma(d3, d2.fma(d2, d1.fma(d1, sum)))).intoArray(sums, so + j);
      }
    }
    for (; r < rows; r++) {
      int row = xo + r * columns;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        FloatVector d =
            FloatVector.fromArray(FLOATS, x, row + j)
                .sub(FloatVector.fromArray(FLOATS, mean, mo + j));
        TYPE.cast(d.fma(d, FloatVector.fromArray(FLOATS, sums, so + j))).intoArray(sums, so + j);
      }
    }
    return whole;
  }

  public static int normalizeColumns(
      int rows, int columns, float[] c, int co, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(columns);
    for (int r = 0; r < rows; r++) {
      int row = r * columns;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        FloatVector d =
            FloatVector.fromArray(FLOATS, x, xo + row + j)
                .sub(FloatVector.fromArray(FLOATS, c, co + j));
        FloatVector factor = FloatVector.fromArray(FLOATS, c, co + columns + j);
        TYPE.cast(d.fma(factor, FloatVector.fromArray(FLOATS, c, co + 2 * columns + j)))
            .intoArray(y, yo + row + j);
      }
    }
    return whole;
  }

  /** Four rows at a time, as {@link #columnSquares}. */
  public static int columnGradients(
      int rows,
      int columns,
      float[] mean,
      int mo,
      float[] x,
      int xo,
      float[] dy,
      int dyo,
      float[] sums,
      int so) {
    int whole = Lanes.whole(columns);
    int r = 0;
    for (; r + 4 <= rows; r += 4) {
      int row = r * columns;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        int at = row + j;
        FloatVector m = FloatVector.fromArray(FLOATS, mean, mo + j);
        FloatVector g0 = FloatVector.fromArray(FLOATS, dy, dyo + at);
        FloatVector g1 = FloatVector.fromArray(FLOATS, dy, dyo + at + columns);
        FloatVector g2 = FloatVector.fromArray(FLOATS, dy, dyo + at + 2 * columns);
        FloatVector g3 = FloatVector.fromArray(FLOATS, dy, dyo + at + 3 * columns);
        TYPE.cast(FloatVector.fromArray(FLOATS, sums, so + j).add(g0).add(g1).add(g2).add(g3))
            .intoArray(sums, so + j);
        FloatVector dot = FloatVector.fromArray(FLOATS, sums, so + columns + j);
        dot = g0.fma(FloatVector.fromArray(FLOATS, x, xo + at).sub(m), dot);
        dot = g1.fma(FloatVector.fromArray(FLOATS, x, xo + at + columns).sub(m), dot);
        dot = g2.fma(FloatVector.fromArray(FLOATS, x, xo + at + 2 * columns).sub(m), dot);
        dot = g3.fma(FloatVector.fromArray(FLOATS, x, xo + at + 3 * columns).sub(m), dot);
        TYPE.cast(dot).intoArray(sums, so + columns + j);
      }
    }
    for (; r < rows; r++) {
      int row = r * columns;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        FloatVector g = FloatVector.fromArray(FLOATS, dy, dyo + row + j);
        FloatVector d =
            FloatVector.fromArray(FLOATS, x, xo + row + j)
                .sub(FloatVector.fromArray(FLOATS, mean, mo + j));
        TYPE.cast(FloatVector.fromArray(FLOATS, sums, so + j).add(g)).intoArray(sums, so + j);
        TYPE.cast(g.fma(d, FloatVector.fromArray(FLOATS, sums, so + columns + j)))
            .intoArray(sums, so + columns + j);
      }
    }
    return whole;
  }

  public static int normalizeColumnsBackward(
      int rows,
      int columns,
      float[] c,
      int co,
      float[] x,
      int xo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo) {
    int whole = Lanes.whole(columns);
    for (int r = 0; r < rows; r++) {
      int row = r * columns;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        FloatVector d =
            FloatVector.fromArray(FLOATS, x, xo + row + j)
                .sub(FloatVector.fromArray(FLOATS, c, co + j));
        FloatVector factor = FloatVector.fromArray(FLOATS, c, co + columns + j);
        FloatVector base =
            factor.fma(
                FloatVector.fromArray(FLOATS, dy, dyo + row + j),
                FloatVector.fromArray(FLOATS, c, co + 2 * columns + j));
        TYPE.cast(d.fma(FloatVector.fromArray(FLOATS, c, co + 3 * columns + j), base))
            .intoArray(dx, dxo + row + j);
      }
    }
    return whole;
  }

  public static int squares(int n, float mean, float[] x, int xo, float[] partial) {
    int whole = n & -PARTIAL_SUMS;
    FloatVector means = FloatVector.broadcast(FLOATS, mean);
    for (int lane = 0; lane < PARTIAL_SUMS; lane += Lanes.COUNT) {
      FloatVector sums = FloatVector.fromArray(FLOATS, partial, lane);
      for (int i = lane; i < whole; i += PARTIAL_SUMS) {
        FloatVector d = FloatVector.fromArray(FLOATS, x, xo + i).sub(means);
        sums = d.fma(d, sums);
      }
      TYPE.cast(sums).intoArray(partial, lane);
    }
    return whole;
  }

  public static int standardize(
      int n, float mean, float factor, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    FloatVector means = FloatVector.broadcast(FLOATS, mean);
    FloatVector factors = FloatVector.broadcast(FLOATS, factor);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      TYPE.cast(FloatVector.fromArray(FLOATS, x, xo + i).sub(means).mul(factors))
          .intoArray(y, yo + i);
    }
    return whole;
  }

  public static int multiplyAdd(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector u = FloatVector.fromArray(FLOATS, a, ao + i);
      FloatVector v = FloatVector.fromArray(FLOATS, b, bo + i);
      TYPE.cast(u.fma(v, FloatVector.fromArray(FLOATS, y, yo + i))).intoArray(y, yo + i);
    }
    return whole;
  }

  public static int standardizeBackward(
      int n,
      float factor,
      float shift,
      float slope,
      float[] h,
      int ho,
      float[] dh,
      int dho,
      float[] dx,
      int dxo) {
    int whole = Lanes.whole(n);
    FloatVector factors = FloatVector.broadcast(FLOATS, factor);
    FloatVector shifts = FloatVector.broadcast(FLOATS, shift);
    FloatVector slopes = FloatVector.broadcast(FLOATS, -slope);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector d = FloatVector.fromArray(FLOATS, dh, dho + i).sub(shifts);
      TYPE.cast(slopes.fma(FloatVector.fromArray(FLOATS, h, ho + i), d).mul(factors))
          .intoArray(dx, dxo + i);
    }
    return whole;
  }
}
