package io.gradflow.common.array;

import io.gradflow.common.array.vector.VectorRuns;

/**
 * Kernels over runs: {@code count} times {@code width} neighbouring floats, run i of x at {@code xo
 * + i xs}, of y at {@code yo + i ys}. Runs of what is written do not overlap, so every element
 * takes part once a call and the order of a call's elements changes no bit.
 *
 * <p>They are what convolution and pooling over channels-last images are made of: one tap of the
 * window along one row of the image, the channels being the run.
 */
public final class RunKernels {
  private RunKernels() {}

  /** y = x. */
  public static void copy(
      int count, int width, float[] x, int xo, int xs, float[] y, int yo, int ys) {
    int first = VectorSupport.ENABLED ? VectorRuns.copy(count, width, x, xo, xs, y, yo, ys) : 0;
    if (first == width) {
      return;
    }
    for (int i = 0; i < count; i++) {
      int from = xo + i * xs;
      int to = yo + i * ys;
      for (int j = first; j < width; j++) {
        y[to + j] = x[from + j];
      }
    }
  }

  /** y = value. */
  public static void fill(int count, int width, float value, float[] y, int yo, int ys) {
    for (int i = 0; i < count; i++) {
      int to = yo + i * ys;
      for (int j = 0; j < width; j++) {
        y[to + j] = value;
      }
    }
  }

  /** y += x. */
  public static void add(
      int count, int width, float[] x, int xo, int xs, float[] y, int yo, int ys) {
    int first = VectorSupport.ENABLED ? VectorRuns.add(count, width, x, xo, xs, y, yo, ys) : 0;
    if (first == width) {
      return;
    }
    for (int i = 0; i < count; i++) {
      int from = xo + i * xs;
      int to = yo + i * ys;
      for (int j = first; j < width; j++) {
        y[to + j] += x[from + j];
      }
    }
  }

  /** y = fma(x, w, y), the factors w [width] the same for each run. */
  public static void multiplyAdd(
      int count,
      int width,
      float[] x,
      int xo,
      int xs,
      float[] w,
      int wo,
      float[] y,
      int yo,
      int ys) {
    int first =
        VectorSupport.ENABLED
            ? VectorRuns.multiplyAdd(count, width, x, xo, xs, w, wo, y, yo, ys)
            : 0;
    if (first == width) {
      return;
    }
    for (int i = 0; i < count; i++) {
      int from = xo + i * xs;
      int to = yo + i * ys;
      for (int j = first; j < width; j++) {
        y[to + j] = Math.fma(x[from + j], w[wo + j], y[to + j]);
      }
    }
  }

  /** sums[j] = fma(x, y, sums[j]) over the runs in ascending order; sums [width]. */
  public static void dot(
      int count,
      int width,
      float[] x,
      int xo,
      int xs,
      float[] y,
      int yo,
      int ys,
      float[] sums,
      int so) {
    int first =
        VectorSupport.ENABLED ? VectorRuns.dot(count, width, x, xo, xs, y, yo, ys, sums, so) : 0;
    if (first == width) {
      return;
    }
    for (int i = 0; i < count; i++) {
      int at = xo + i * xs;
      int other = yo + i * ys;
      for (int j = first; j < width; j++) {
        sums[so + j] = Math.fma(x[at + j], y[other + j], sums[so + j]);
      }
    }
  }

  /** y = x where x > y or x is NaN, so that NaN stays and the first of equal numbers. */
  public static void max(
      int count, int width, float[] x, int xo, int xs, float[] y, int yo, int ys) {
    int first = VectorSupport.ENABLED ? VectorRuns.max(count, width, x, xo, xs, y, yo, ys) : 0;
    if (first == width) {
      return;
    }
    for (int i = 0; i < count; i++) {
      int from = xo + i * xs;
      int to = yo + i * ys;
      for (int j = first; j < width; j++) {
        float v = x[from + j];
        y[to + j] = v > y[to + j] || Float.isNaN(v) ? v : y[to + j];
      }
    }
  }

  /**
   * Backward of {@link #max}, tap by tap: where x equals the maximum y, what is left of dy goes to
   * dx and is gone. A maximum that is NaN passes nothing on.
   *
   * @param dx added to; runs at the distance of x's
   * @param dy runs at the distance of y's; set to 0 where it was passed on
   */
  public static void maxBackward(
      int count,
      int width,
      float[] x,
      int xo,
      int xs,
      float[] y,
      int yo,
      int ys,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo) {
    int first =
        VectorSupport.ENABLED
            ? VectorRuns.maxBackward(count, width, x, xo, xs, y, yo, ys, dy, dyo, dx, dxo)
            : 0;
    if (first == width) {
      return;
    }
    for (int i = 0; i < count; i++) {
      int at = i * xs;
      int out = i * ys;
      for (int j = first; j < width; j++) {
        boolean hit = x[xo + at + j] == y[yo + out + j];
        dx[dxo + at + j] += hit ? dy[dyo + out + j] : 0f;
        dy[dyo + out + j] = hit ? 0f : dy[dyo + out + j];
      }
    }
  }

  /**
   * The maxima of windows of two by two runs that do not overlap, as {@link #max} tap by tap.
   * Window i has runs 2 i and 2 i + 1 of two rows of x.
   *
   * @param upper start of the first row
   * @param lower start of the second row
   */
  public static void maxOfFour(
      int count, int width, float[] x, int upper, int lower, float[] y, int yo) {
    int first =
        VectorSupport.ENABLED ? VectorRuns.maxOfFour(count, width, x, upper, lower, y, yo) : 0;
    for (int i = 0; first < width && i < count; i++) {
      int above = upper + 2 * i * width;
      int below = lower + 2 * i * width;
      for (int j = first; j < width; j++) {
        float v = larger(x[above + j], x[above + width + j]);
        v = larger(v, x[below + j]);
        y[yo + i * width + j] = larger(v, x[below + width + j]);
      }
    }
  }

  private static float larger(float best, float v) {
    return v > best || Float.isNaN(v) ? v : best;
  }

  /**
   * Backward of {@link #maxOfFour}, as {@link #maxBackward} tap by tap: dx is overwritten at its
   * four runs.
   *
   * @param dUpper start of the first row's gradient
   * @param dLower start of the second row's gradient
   */
  public static void maxOfFourBackward(
      int count,
      int width,
      float[] x,
      int upper,
      int lower,
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] dx,
      int dUpper,
      int dLower) {
    int first =
        VectorSupport.ENABLED
            ? VectorRuns.maxOfFourBackward(
                count, width, x, upper, lower, y, yo, dy, dyo, dx, dUpper, dLower)
            : 0;
    for (int i = 0; first < width && i < count; i++) {
      int left = 2 * i * width;
      int right = left + width;
      for (int j = first; j < width; j++) {
        float best = y[yo + i * width + j];
        // Adding to 0 turns -0 into 0, as adding taps to a cleared gradient does.
        float d = 0f + dy[dyo + i * width + j];
        boolean a = x[upper + left + j] == best;
        boolean b = !a && x[upper + right + j] == best;
        boolean c = !a && !b && x[lower + left + j] == best;
        boolean e = !a && !b && !c && x[lower + right + j] == best;
        dx[dUpper + left + j] = a ? d : 0f;
        dx[dUpper + right + j] = b ? d : 0f;
        dx[dLower + left + j] = c ? d : 0f;
        dx[dLower + right + j] = e ? d : 0f;
      }
    }
  }
}
