package io.gradflow.common.array;

import io.gradflow.common.array.vector.VectorArrays;
import io.gradflow.common.array.vector.VectorRows;

/**
 * Softmax and its kin over rows. The largest element is subtracted first, so any finite input is
 * safe; sums are taken as {@link ArrayKernels} describes. A row of -infinities gives NaN.
 */
public final class SoftmaxKernels {
  private SoftmaxKernels() {}

  /**
   * One row: y = factor softmax(x), y may be the place of x. With the label's element reduced by
   * the factor this is the gradient of softmax cross-entropy by the logits.
   *
   * @return logsumexp(x)
   */
  public static float softmax(int columns, float factor, float[] x, int xo, float[] y, int yo) {
    float max = max(columns, x, xo);
    return max + softmaxFrom(max, columns, factor, x, xo, y, yo);
  }

  /**
   * One row: y = factor softmax(x), y may be the place of x.
   *
   * @param max the largest element of x
   * @return logsumexp(x) - max, which keeps its digits where x is large
   */
  public static float softmaxFrom(
      float max, int columns, float factor, float[] x, int xo, float[] y, int yo) {
    float[] partial = PartialSums.zeroed();
    if (VectorSupport.ENABLED) {
      VectorRows.exponentials(columns, max, x, xo, y, yo, partial);
    } else {
      for (int i = 0; i < columns; i++) {
        float e = FloatMath.exp(x[xo + i] - max);
        y[yo + i] = e;
        partial[i % ArrayKernels.PARTIAL_SUMS] += e;
      }
    }
    float sum = PartialSums.combine(partial);
    ArrayKernels.scale(columns, factor / sum, y, yo, y, yo);
    return FloatMath.log(sum);
  }

  /** One row: log(sum of e^x). */
  public static float logSumExp(int columns, float[] x, int xo) {
    float max = max(columns, x, xo);
    float[] partial = PartialSums.zeroed();
    if (VectorSupport.ENABLED) {
      VectorRows.exponentials(columns, max, x, xo, null, 0, partial);
    } else {
      for (int i = 0; i < columns; i++) {
        partial[i % ArrayKernels.PARTIAL_SUMS] += FloatMath.exp(x[xo + i] - max);
      }
    }
    return max + FloatMath.log(PartialSums.combine(partial));
  }

  /** y = softmax(x) row by row, y may be the place of x. */
  public static void softmaxRows(int rows, int columns, float[] x, int xo, float[] y, int yo) {
    for (int r = 0; r < rows; r++) {
      softmax(columns, 1f, x, xo + r * columns, y, yo + r * columns);
    }
  }

  /** out[r] = logsumexp(row r of x). */
  public static void logSumExpRows(int rows, int columns, float[] x, int xo, float[] out, int oo) {
    for (int r = 0; r < rows; r++) {
      out[oo + r] = logSumExp(columns, x, xo + r * columns);
    }
  }

  /** dx = y (dy - sum(y dy)) row by row, y the softmax; dx may be the place of dy. */
  public static void softmaxBackwardRows(
      int rows, int columns, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    for (int r = 0; r < rows; r++) {
      int base = r * columns;
      float dot = (float) ArrayKernels.dot(columns, y, yo + base, dy, dyo + base);
      int i =
          VectorSupport.ENABLED
              ? VectorRows.softmaxBackward(
                  columns, dot, y, yo + base, dy, dyo + base, dx, dxo + base)
              : 0;
      for (; i < columns; i++) {
        dx[dxo + base + i] = y[yo + base + i] * (dy[dyo + base + i] - dot);
      }
    }
  }

  /** One row: the largest element; NaN if there is one. */
  public static float max(int columns, float[] x, int xo) {
    int whole = VectorSupport.ENABLED ? VectorArrays.whole(columns) : 0;
    float max = whole > 0 ? VectorArrays.max(whole, x[xo], x, xo) : x[xo];
    for (int i = whole; i < columns; i++) {
      max = Math.max(max, x[xo + i]);
    }
    return max;
  }
}
