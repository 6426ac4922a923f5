package io.gradflow.common.array.vector;

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
        FloatVector m = Lanes.load(mean, mo + j);
        FloatVector d0 = Lanes.load(x, row + j).sub(m);
        FloatVector d1 = Lanes.load(x, row + columns + j).sub(m);
        FloatVector d2 = Lanes.load(x, row + 2 * columns + j).sub(m);
        FloatVector d3 = Lanes.load(x, row + 3 * columns + j).sub(m);
        FloatVector sum = d0.fma(d0, Lanes.load(sums, so + j));
        Lanes.store(d3.fma(d3, d2.fma(d2, d1.fma(d1, sum))), sums, so + j);
      }
    }
    for (; r < rows; r++) {
      int row = xo + r * columns;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        FloatVector d = Lanes.load(x, row + j).sub(Lanes.load(mean, mo + j));
        Lanes.store(d.fma(d, Lanes.load(sums, so + j)), sums, so + j);
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
        FloatVector d = Lanes.load(x, xo + row + j).sub(Lanes.load(c, co + j));
        FloatVector factor = Lanes.load(c, co + columns + j);
        Lanes.store(d.fma(factor, Lanes.load(c, co + 2 * columns + j)), y, yo + row + j);
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
        FloatVector m = Lanes.load(mean, mo + j);
        FloatVector g0 = Lanes.load(dy, dyo + at);
        FloatVector g1 = Lanes.load(dy, dyo + at + columns);
        FloatVector g2 = Lanes.load(dy, dyo + at + 2 * columns);
        FloatVector g3 = Lanes.load(dy, dyo + at + 3 * columns);
        Lanes.store(Lanes.load(sums, so + j).add(g0).add(g1).add(g2).add(g3), sums, so + j);
        FloatVector dot = Lanes.load(sums, so + columns + j);
        dot = g0.fma(Lanes.load(x, xo + at).sub(m), dot);
        dot = g1.fma(Lanes.load(x, xo + at + columns).sub(m), dot);
        dot = g2.fma(Lanes.load(x, xo + at + 2 * columns).sub(m), dot);
        dot = g3.fma(Lanes.load(x, xo + at + 3 * columns).sub(m), dot);
        Lanes.store(dot, sums, so + columns + j);
      }
    }
    for (; r < rows; r++) {
      int row = r * columns;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        FloatVector g = Lanes.load(dy, dyo + row + j);
        FloatVector d = Lanes.load(x, xo + row + j).sub(Lanes.load(mean, mo + j));
        Lanes.store(Lanes.load(sums, so + j).add(g), sums, so + j);
        Lanes.store(g.fma(d, Lanes.load(sums, so + columns + j)), sums, so + columns + j);
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
        FloatVector d = Lanes.load(x, xo + row + j).sub(Lanes.load(c, co + j));
        FloatVector factor = Lanes.load(c, co + columns + j);
        FloatVector base =
            factor.fma(Lanes.load(dy, dyo + row + j), Lanes.load(c, co + 2 * columns + j));
        Lanes.store(d.fma(Lanes.load(c, co + 3 * columns + j), base), dx, dxo + row + j);
      }
    }
    return whole;
  }

  public static int squares(int n, float mean, float[] x, int xo, float[] partial) {
    int whole = n & -PARTIAL_SUMS;
    FloatVector means = Lanes.all(mean);
    for (int lane = 0; lane < PARTIAL_SUMS; lane += Lanes.COUNT) {
      FloatVector sums = Lanes.load(partial, lane);
      for (int i = lane; i < whole; i += PARTIAL_SUMS) {
        FloatVector d = Lanes.load(x, xo + i).sub(means);
        sums = d.fma(d, sums);
      }
      Lanes.store(sums, partial, lane);
    }
    return whole;
  }

  public static int standardize(
      int n, float mean, float factor, float[] x, int xo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    FloatVector means = Lanes.all(mean);
    FloatVector factors = Lanes.all(factor);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.store(Lanes.load(x, xo + i).sub(means).mul(factors), y, yo + i);
    }
    return whole;
  }

  public static int multiplyAdd(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = Lanes.load(a, ao + i);
      Lanes.store(v.fma(Lanes.load(b, bo + i), Lanes.load(y, yo + i)), y, yo + i);
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
    FloatVector factors = Lanes.all(factor);
    FloatVector shifts = Lanes.all(shift);
    FloatVector slopes = Lanes.all(-slope);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector d = Lanes.load(dh, dho + i).sub(shifts);
      Lanes.store(slopes.fma(Lanes.load(h, ho + i), d).mul(factors), dx, dxo + i);
    }
    return whole;
  }
}
