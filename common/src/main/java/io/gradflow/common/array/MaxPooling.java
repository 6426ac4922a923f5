package io.gradflow.common.array;

import java.util.Arrays;

/**
 * Maxima of windows over channels-last images, one image at a time, each channel by itself. Padding
 * never wins; a NaN does. Nothing is kept for backward: an element that equals its window's maximum
 * is found again, and the first of equal ones gets the gradient.
 *
 * <p>Bits: an input gradient adds up over outputs in row-major order of rows, then of taps.
 *
 * <p>One owner, one thread.
 */
public final class MaxPooling {
  private final Window window;
  private final WindowRuns runs;
  private final int channels;

  /** From the input of one output to that of the next. */
  private final int step;

  /**
   * @param window of which every position holds at least one input
   */
  public MaxPooling(Window window) {
    this.window = window;
    this.runs = new WindowRuns(window);
    this.channels = window.channels();
    this.step = window.width().stride() * channels;
  }

  /** y = the maxima of x; overwritten. */
  public void forward(float[] x, int xo, float[] y, int yo) {
    if (isTwoByTwo()) {
      forwardTwoByTwo(x, xo, y, yo);
      return;
    }
    Arrays.fill(y, yo, yo + window.positions() * channels, Float.NEGATIVE_INFINITY);
    for (runs.start(); runs.next(); ) {
      int from = xo + runs.input() * channels;
      int to = yo + runs.output() * channels;
      RunKernels.max(runs.count(), channels, x, from, step, y, to, channels);
    }
  }

  private void forwardTwoByTwo(float[] x, int xo, float[] y, int yo) {
    int rowFloats = window.width().in() * channels;
    int out = window.width().out();
    for (int oh = 0; oh < window.height().out(); oh++) {
      int upper = xo + 2 * oh * rowFloats;
      int to = yo + oh * out * channels;
      RunKernels.maxOfFour(out, channels, x, upper, upper + rowFloats, y, to);
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
    if (isTwoByTwo()) {
      backwardTwoByTwo(x, xo, y, yo, dy, dyo, dx, dxo);
      return;
    }
    Arrays.fill(dx, dxo, dxo + window.inputSize(), 0f);
    for (runs.start(); runs.next(); ) {
      int in = runs.input() * channels;
      int out = runs.output() * channels;
      RunKernels.maxBackward(
          runs.count(),
          channels,
          x,
          xo + in,
          step,
          y,
          yo + out,
          channels,
          dy,
          dyo + out,
          dx,
          dxo + in);
    }
  }

  private void backwardTwoByTwo(
      float[] x, int xo, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo) {
    WindowAxis height = window.height();
    WindowAxis width = window.width();
    if (2 * height.out() < height.in() || 2 * width.out() < width.in()) {
      Arrays.fill(dx, dxo, dxo + window.inputSize(), 0f);
    }
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
