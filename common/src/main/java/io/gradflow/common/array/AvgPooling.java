package io.gradflow.common.array;

import java.util.Arrays;

/**
 * Means of windows over channels-last images, one image at a time, each channel by itself. Padding
 * does not count: a window's sum is divided by its number of real elements.
 *
 * <p>Bits: a window's elements add up in row-major order and the sum is multiplied by the rounded
 * reciprocal of their number; an input gradient adds up over rows of outputs, then taps.
 *
 * @param window of which every position holds at least one input
 */
public record AvgPooling(Window window) implements ImageMap {
  @Override
  public void forward(float[] x, int xo, float[] y, int yo) {
    int channels = window.channels();
    WindowAxis height = window.height();
    WindowAxis width = window.width();
    Arrays.fill(y, yo, yo + window.positions() * channels, 0f);
    for (int oh = 0; oh < height.out(); oh++) {
      for (int kh = 0; kh < height.kernel(); kh++) {
        int h = height.source(oh, kh);
        if (h < 0 || h >= height.in()) {
          continue;
        }
        for (int kw = 0; kw < width.kernel(); kw++) {
          int first = width.firstOut(kw);
          RunKernels.add(
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
    divide(y, yo);
  }

  /**
   * @param dy destroyed
   */
  @Override
  public void backward(float[] dy, int dyo, float[] dx, int dxo) {
    int channels = window.channels();
    WindowAxis height = window.height();
    WindowAxis width = window.width();
    divide(dy, dyo);
    Arrays.fill(dx, dxo, dxo + window.inputSize(), 0f);
    for (int oh = 0; oh < height.out(); oh++) {
      for (int kh = 0; kh < height.kernel(); kh++) {
        int h = height.source(oh, kh);
        if (h < 0 || h >= height.in()) {
          continue;
        }
        for (int kw = 0; kw < width.kernel(); kw++) {
          int first = width.firstOut(kw);
          RunKernels.add(
              width.endOut(kw) - first,
              channels,
              dy,
              dyo + (oh * width.out() + first) * channels,
              channels,
              dx,
              dxo + (h * width.in() + width.source(first, kw)) * channels,
              width.stride() * channels);
        }
      }
    }
  }

  /** Each position by its number of real elements. */
  private void divide(float[] y, int yo) {
    int channels = window.channels();
    for (int oh = 0, at = yo; oh < window.height().out(); oh++) {
      int rows = window.height().realTaps(oh);
      for (int ow = 0; ow < window.width().out(); ow++, at += channels) {
        float share = 1f / (rows * window.width().realTaps(ow));
        ArrayKernels.scale(channels, share, y, at, y, at);
      }
    }
  }
}
