package io.gradflow.common.array;

import java.util.Arrays;

/**
 * Maxima of windows over channels-last images, one image at a time, each channel by itself. Padding
 * never wins; a NaN does. Nothing is kept for backward: an element that equals its window's maximum
 * is found again, and the first of equal ones gets the gradient.
 *
 * <p>Bits: an input gradient adds up over outputs in row-major order of rows, then of taps.
 *
 * @param window of which every position holds at least one input
 */
public record MaxPooling(Window window) {
  /** y = the maxima of x; overwritten. */
  public void forward(float[] x, int xo, float[] y, int yo) {
    int channels = window.channels();
    WindowAxis height = window.height();
    WindowAxis width = window.width();
    if (isTwoByTwo()) {
      for (int oh = 0; oh < height.out(); oh++) {
        int upper = xo + 2 * oh * width.in() * channels;
        int lower = upper + width.in() * channels;
        int to = yo + oh * width.out() * channels;
        RunKernels.maxOfFour(width.out(), channels, x, upper, lower, y, to);
      }
      return;
    }
    Arrays.fill(y, yo, yo + window.positions() * channels, Float.NEGATIVE_INFINITY);
    for (int oh = 0; oh < height.out(); oh++) {
      for (int kh = 0; kh < height.kernel(); kh++) {
        int h = height.source(oh, kh);
        if (h < 0 || h >= height.in()) {
          continue;
        }
        for (int kw = 0; kw < width.kernel(); kw++) {
          int first = width.firstOut(kw);
          RunKernels.max(
              width.endOut(kw) - first,
              channels,
              x,
              xo + (h * width.in() + width.source(first, kw)) * channels,
              width.stride() * channels,
              y,
              yo + (oh * width.out() + first) * channels,
              channels);
        }
      }
    }
  }

  /**
   * dx = the gradient by x; overwritten.
   *
   * @param y what forward wrote
   * @param dy destroyed
   */
  public void backward(
      float[] x, int xo, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    int channels = window.channels();
    WindowAxis height = window.height();
    WindowAxis width = window.width();
    if (!isTwoByTwo() || 2 * height.out() < height.in() || 2 * width.out() < width.in()) {
      Arrays.fill(dx, dxo, dxo + window.inputSize(), 0f);
    }
    if (isTwoByTwo()) {
      for (int oh = 0; oh < height.out(); oh++) {
        int upper = 2 * oh * width.in() * channels;
        int lower = upper + width.in() * channels;
        int out = oh * width.out() * channels;
        RunKernels.maxOfFourBackward(
            width.out(),
            channels,
            x,
            xo + upper,
            xo + lower,
            y,
            yo + out,
            dy,
            dyo + out,
            dx,
            dxo + upper,
            dxo + lower);
      }
      return;
    }
    for (int oh = 0; oh < height.out(); oh++) {
      for (int kh = 0; kh < height.kernel(); kh++) {
        int h = height.source(oh, kh);
        if (h < 0 || h >= height.in()) {
          continue;
        }
        for (int kw = 0; kw < width.kernel(); kw++) {
          int first = width.firstOut(kw);
          int in = (h * width.in() + width.source(first, kw)) * channels;
          int out = (oh * width.out() + first) * channels;
          RunKernels.maxBackward(
              width.endOut(kw) - first,
              channels,
              x,
              xo + in,
              width.stride() * channels,
              y,
              yo + out,
              channels,
              dy,
              dyo + out,
              dx,
              dxo + in);
        }
      }
    }
  }

  /** Whether windows tile the image two by two: the usual case, done in one pass. */
  private boolean isTwoByTwo() {
    return isPairs(window.height()) && isPairs(window.width());
  }

  private static boolean isPairs(WindowAxis axis) {
    return axis.kernel() == 2
        && axis.stride() == 2
        && axis.dilation() == 1
        && axis.before() == 0
        && 2 * axis.out() <= axis.in();
  }
}
