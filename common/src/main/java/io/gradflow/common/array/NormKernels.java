package io.gradflow.common.array;

import io.gradflow.common.array.vector.VectorNorms;

/**
 * What normalizations do to [rows, columns] matrices whose rows follow each other without gaps.
 *
 * <p>Kernels over columns have one chain of operations a column, rows ascending; sums within one
 * row are taken as {@link ArrayKernels} takes them. No vector width changes a bit.
 */
public final class NormKernels {
  private NormKernels() {}

  /**
   * sums_j += sum_r (x_rj - mean_j)^2.
   *
   * @param mean [columns]
   * @param sums [columns]
   */
  public static void columnSquares(
      int rows, int columns, float[] x, int xo, float[] mean, int mo, float[] sums, int so) {
    int first =
        VectorSupport.ENABLED
            ? VectorNorms.columnSquares(rows, columns, x, xo, mean, mo, sums, so)
            : 0;
    for (int r = 0; r < rows; r++) {
      for (int j = first; j < columns; j++) {
        float d = x[xo + r * columns + j] - mean[mo + j];
        sums[so + j] = Math.fma(d, d, sums[so + j]);
      }
    }
  }

  /**
   * y = (x - mean) factor + shift, by column.
   *
   * @param c [3, columns]: mean, factor, shift
   */
  public static void normalizeColumns(
      int rows, int columns, float[] c, int co, float[] x, int xo, float[] y, int yo) {
    int first =
        VectorSupport.ENABLED
            ? VectorNorms.normalizeColumns(rows, columns, c, co, x, xo, y, yo)
            : 0;
    for (int r = 0; r < rows; r++) {
      for (int j = first; j < columns; j++) {
        float d = x[xo + r * columns + j] - c[co + j];
        y[yo + r * columns + j] = Math.fma(d, c[co + columns + j], c[co + 2 * columns + j]);
      }
    }
  }

  /**
   * sums_0j += sum_r dy_rj, sums_1j += sum_r dy_rj (x_rj - mean_j).
   *
   * @param mean [columns]
   * @param sums [2, columns]
   */
  public static void columnGradients(
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
    int first =
        VectorSupport.ENABLED
            ? VectorNorms.columnGradients(rows, columns, mean, mo, x, xo, dy, dyo, sums, so)
            : 0;
    for (int r = 0; r < rows; r++) {
      for (int j = first; j < columns; j++) {
        float d = dy[dyo + r * columns + j];
        sums[so + j] += d;
        sums[so + columns + j] =
            Math.fma(d, x[xo + r * columns + j] - mean[mo + j], sums[so + columns + j]);
      }
    }
  }

  /**
   * dx = factor dy + shift + (x - mean) slope, by column; dx may be the place of dy.
   *
   * @param c [4, columns]: mean, factor, shift, slope
   */
  public static void normalizeColumnsBackward(
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
    int first =
        VectorSupport.ENABLED
            ? VectorNorms.normalizeColumnsBackward(rows, columns, c, co, x, xo, dy, dyo, dx, dxo)
            : 0;
    for (int r = 0; r < rows; r++) {
      for (int j = first; j < columns; j++) {
        float d = x[xo + r * columns + j] - c[co + j];
        float base =
            Math.fma(c[co + columns + j], dy[dyo + r * columns + j], c[co + 2 * columns + j]);
        dx[dxo + r * columns + j] = Math.fma(d, c[co + 3 * columns + j], base);
      }
    }
  }

  /** sum_i (x_i - mean)^2 of one row. */
  public static float squares(int n, float mean, float[] x, int xo) {
    float[] partial = PartialSums.zeroed();
    int i = VectorSupport.ENABLED ? VectorNorms.squares(n, mean, x, xo, partial) : 0;
    for (; i < n; i++) {
      float d = x[xo + i] - mean;
      int lane = i % ArrayKernels.PARTIAL_SUMS;
      partial[lane] = Math.fma(d, d, partial[lane]);
    }
    return PartialSums.combine(partial);
  }

  /** y = (x - mean) factor, of one row; y may be the place of x. */
  public static void standardize(
      int n, float mean, float factor, float[] x, int xo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorNorms.standardize(n, mean, factor, x, xo, y, yo) : 0;
    for (; i < n; i++) {
      y[yo + i] = (x[xo + i] - mean) * factor;
    }
  }

  /** y = fma(a, b, y). */
  public static void multiplyAdd(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorNorms.multiplyAdd(n, a, ao, b, bo, y, yo) : 0;
    for (; i < n; i++) {
      y[yo + i] = Math.fma(a[ao + i], b[bo + i], y[yo + i]);
    }
  }

  /** dx = factor (dh - shift - slope h), of one row, h the standardized one. */
  public static void standardizeBackward(
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
    int i =
        VectorSupport.ENABLED
            ? VectorNorms.standardizeBackward(n, factor, shift, slope, h, ho, dh, dho, dx, dxo)
            : 0;
    for (; i < n; i++) {
      dx[dxo + i] = Math.fma(-slope, h[ho + i], dh[dho + i] - shift) * factor;
    }
  }
}
