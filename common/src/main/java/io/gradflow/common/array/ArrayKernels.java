package io.gradflow.common.array;

import io.gradflow.common.array.vector.VectorArrays;

/**
 * Arithmetic, sums and checks over n contiguous floats. Outputs may be the place of an input.
 *
 * <p>Sums are taken as {@link #PARTIAL_SUMS} partial sums, element i going to partial sum i mod 16,
 * which are then added pairwise (distance 8, 4, 2, 1): an order that no vector width changes. Long
 * sums are split into blocks of {@link #SUM_BLOCK} floats whose results add up in double.
 */
public final class ArrayKernels {
  static final int PARTIAL_SUMS = 16;
  static final int SUM_BLOCK = 4096;

  private static final int EXPONENT_BITS = 0x7F800000;

  private ArrayKernels() {}

  /** y = a + b. */
  public static void add(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorArrays.add(n, a, ao, b, bo, y, yo) : 0;
    for (; i < n; i++) {
      y[yo + i] = a[ao + i] + b[bo + i];
    }
  }

  /** a += b. */
  public static void addInPlace(int n, float[] a, int ao, float[] b, int bo) {
    add(n, a, ao, b, bo, a, ao);
  }

  /** y = a - b. */
  public static void subtract(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorArrays.subtract(n, a, ao, b, bo, y, yo) : 0;
    for (; i < n; i++) {
      y[yo + i] = a[ao + i] - b[bo + i];
    }
  }

  /** y = a b, element by element. */
  public static void multiply(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorArrays.multiply(n, a, ao, b, bo, y, yo) : 0;
    for (; i < n; i++) {
      y[yo + i] = a[ao + i] * b[bo + i];
    }
  }

  /** y = a / b, element by element. */
  public static void divide(int n, float[] a, int ao, float[] b, int bo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorArrays.divide(n, a, ao, b, bo, y, yo) : 0;
    for (; i < n; i++) {
      y[yo + i] = a[ao + i] / b[bo + i];
    }
  }

  /** y = factor x. */
  public static void scale(int n, float factor, float[] x, int xo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorArrays.scale(n, factor, x, xo, y, yo) : 0;
    for (; i < n; i++) {
      y[yo + i] = factor * x[xo + i];
    }
  }

  /** y = fma(factor, x, y). */
  public static void axpy(int n, float factor, float[] x, int xo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorArrays.axpy(n, factor, x, xo, y, yo) : 0;
    for (; i < n; i++) {
      y[yo + i] = Math.fma(factor, x[xo + i], y[yo + i]);
    }
  }

  /** y = x held within [low, high]; NaN stays. */
  public static void clamp(int n, float low, float high, float[] x, int xo, float[] y, int yo) {
    int i = VectorSupport.ENABLED ? VectorArrays.clamp(n, low, high, x, xo, y, yo) : 0;
    for (; i < n; i++) {
      float v = x[xo + i];
      y[yo + i] = v < low ? low : v > high ? high : v;
    }
  }

  /** The sum of x. */
  public static double sum(int n, float[] x, int xo) {
    double total = 0;
    for (int from = 0; from < n; from += SUM_BLOCK) {
      float[] partial = PartialSums.zeroed();
      int block = Math.min(SUM_BLOCK, n - from);
      int i = VectorSupport.ENABLED ? VectorArrays.sum(block, x, xo + from, partial) : 0;
      for (; i < block; i++) {
        partial[i % PARTIAL_SUMS] += x[xo + from + i];
      }
      total += PartialSums.combine(partial);
    }
    return total;
  }

  /**
   * sum a b. Within a block each partial sum is one chain of at most 256 fma, so the relative error
   * of a sum of like signs stays below 1.6e-5, in practice near 1e-7.
   */
  public static double dot(int n, float[] a, int ao, float[] b, int bo) {
    double total = 0;
    for (int from = 0; from < n; from += SUM_BLOCK) {
      float[] partial = PartialSums.zeroed();
      int block = Math.min(SUM_BLOCK, n - from);
      int i =
          VectorSupport.ENABLED ? VectorArrays.dot(block, a, ao + from, b, bo + from, partial) : 0;
      for (; i < block; i++) {
        int lane = i % PARTIAL_SUMS;
        partial[lane] = Math.fma(a[ao + from + i], b[bo + from + i], partial[lane]);
      }
      total += PartialSums.combine(partial);
    }
    return total;
  }

  /** The sum of squares of x; infinite where a square exceeds the floats. */
  public static double sumOfSquares(int n, float[] x, int xo) {
    return dot(n, x, xo, x, xo);
  }

  /** The sum of magnitudes of x. */
  public static double sumOfMagnitudes(int n, float[] x, int xo) {
    double total = 0;
    for (int from = 0; from < n; from += SUM_BLOCK) {
      float[] partial = PartialSums.zeroed();
      int block = Math.min(SUM_BLOCK, n - from);
      int i =
          VectorSupport.ENABLED ? VectorArrays.sumOfMagnitudes(block, x, xo + from, partial) : 0;
      for (; i < block; i++) {
        partial[i % PARTIAL_SUMS] += Math.abs(x[xo + from + i]);
      }
      total += PartialSums.combine(partial);
    }
    return total;
  }

  /** Whether x holds neither infinities nor NaN. */
  public static boolean allFinite(int n, float[] x, int xo) {
    return firstNonFinite(n, x, xo) < 0;
  }

  /** The position, counted from xo, of the first infinity or NaN, or -1. */
  public static int firstNonFinite(int n, float[] x, int xo) {
    int i = VectorSupport.ENABLED ? VectorArrays.finitePrefix(n, x, xo) : 0;
    for (; i < n; i++) {
      if ((Float.floatToRawIntBits(x[xo + i]) & EXPONENT_BITS) == EXPONENT_BITS) {
        return i;
      }
    }
    return -1;
  }

  /** How many elements of x are infinite or NaN. */
  public static int countNonFinite(int n, float[] x, int xo) {
    int count = 0;
    int first = firstNonFinite(n, x, xo);
    for (int i = first < 0 ? n : first; i < n; i++) {
      if ((Float.floatToRawIntBits(x[xo + i]) & EXPONENT_BITS) == EXPONENT_BITS) {
        count++;
      }
    }
    return count;
  }

  /**
   * Inverted dropout: y = x / (1 - rate) where {@code CounterRng.uniform(key, firstIndex + i) >=
   * rate}, else 0. Its gradient is the same call on dy.
   *
   * @param rate in [0, 1), the share that becomes 0
   */
  public static void dropout(
      long key, int firstIndex, int n, float rate, float[] x, int xo, float[] y, int yo) {
    int threshold = (int) Math.ceil(rate * 0x1p24f);
    float scale = 1f / (1f - rate);
    int i =
        VectorSupport.ENABLED
            ? VectorArrays.dropout(key, firstIndex, n, threshold, scale, x, xo, y, yo)
            : 0;
    for (; i < n; i++) {
      boolean kept = CounterRng.bits(key, firstIndex + i) >>> 8 >= threshold;
      y[yo + i] = kept ? scale * x[xo + i] : 0f;
    }
  }
}
