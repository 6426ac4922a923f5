package io.gradflow.common.array;

import java.util.Arrays;

/**
 * Convolution of each channel by itself, over channels-last images, one image at a time. Channel c
 * gives outputs c multiplier to (c + 1) multiplier - 1; the kernel is [KH, KW, 1, C multiplier], a
 * convolution with as many groups as channels.
 *
 * <p>One tap along one row of outputs is one run kernel: the tap's factors stay in registers. Bits:
 * an output is one chain of fma in ascending (kh, kw), padding left out; a kernel gradient one
 * chain over images and positions in ascending order.
 *
 * <p>One owner, one thread.
 */
public final class DepthwiseConvolution {
  private final Window window;
  private final int multiplier;
  private final int outChannels;

  /** The image with each channel repeated, and its gradient; none where every channel is one. */
  private final Buffer repeated;

  /**
   * @param window over the input's channels
   * @param multiplier outputs a channel
   */
  public DepthwiseConvolution(Window window, int multiplier, Convolution.Scratch scratch) {
    this.window = window;
    this.multiplier = multiplier;
    this.outChannels = Math.multiplyExact(window.channels(), multiplier);
    this.repeated =
        multiplier == 1 ? null : scratch.block(Math.multiplyExact(window.inputSize(), multiplier));
  }

  /** y = x * kernel for one image; y is overwritten. */
  public void forward(float[] x, int xo, float[] weights, int kernel, float[] y, int yo) {
    float[] from = repeated == null ? x : repeated.array();
    int fo = repeated == null ? xo : repeat(x, xo);
    WindowAxis height = window.height();
    WindowAxis width = window.width();
    Arrays.fill(y, yo, yo + window.positions() * outChannels, 0f);
    for (int oh = 0; oh < height.out(); oh++) {
      for (int kh = 0; kh < height.kernel(); kh++) {
        int h = height.source(oh, kh);
        if (h < 0 || h >= height.in()) {
          continue;
        }
        for (int kw = 0; kw < width.kernel(); kw++) {
          int first = width.firstOut(kw);
          RunKernels.multiplyAdd(
              width.endOut(kw) - first,
              outChannels,
              from,
              fo + (h * width.in() + width.source(first, kw)) * outChannels,
              width.stride() * outChannels,
              weights,
              kernel + (kh * width.kernel() + kw) * outChannels,
              y,
              yo + (oh * width.out() + first) * outChannels,
              outChannels);
        }
      }
    }
  }

  /** gradient += the gradient of the kernel, for one image. */
  public void kernelGradient(float[] x, int xo, float[] dy, int dyo, float[] gradient, int kernel) {
    float[] from = repeated == null ? x : repeated.array();
    int fo = repeated == null ? xo : repeat(x, xo);
    WindowAxis height = window.height();
    WindowAxis width = window.width();
    for (int oh = 0; oh < height.out(); oh++) {
      for (int kh = 0; kh < height.kernel(); kh++) {
        int h = height.source(oh, kh);
        if (h < 0 || h >= height.in()) {
          continue;
        }
        for (int kw = 0; kw < width.kernel(); kw++) {
          int first = width.firstOut(kw);
          RunKernels.dot(
              width.endOut(kw) - first,
              outChannels,
              from,
              fo + (h * width.in() + width.source(first, kw)) * outChannels,
              width.stride() * outChannels,
              dy,
              dyo + (oh * width.out() + first) * outChannels,
              outChannels,
              gradient,
              kernel + (kh * width.kernel() + kw) * outChannels);
        }
      }
    }
  }

  /** dx = the gradient by the input, for one image; overwritten. */
  public void inputGradient(float[] dy, int dyo, float[] weights, int kernel, float[] dx, int dxo) {
    float[] to = repeated == null ? dx : repeated.array();
    int at = repeated == null ? dxo : repeated.offset();
    WindowAxis height = window.height();
    WindowAxis width = window.width();
    Arrays.fill(to, at, at + height.in() * width.in() * outChannels, 0f);
    for (int oh = 0; oh < height.out(); oh++) {
      for (int kh = 0; kh < height.kernel(); kh++) {
        int h = height.source(oh, kh);
        if (h < 0 || h >= height.in()) {
          continue;
        }
        for (int kw = 0; kw < width.kernel(); kw++) {
          int first = width.firstOut(kw);
          RunKernels.multiplyAdd(
              width.endOut(kw) - first,
              outChannels,
              dy,
              dyo + (oh * width.out() + first) * outChannels,
              outChannels,
              weights,
              kernel + (kh * width.kernel() + kw) * outChannels,
              to,
              at + (h * width.in() + width.source(first, kw)) * outChannels,
              width.stride() * outChannels);
        }
      }
    }
    if (repeated != null) {
      sumRepeated(dx, dxo);
    }
  }

  private int repeat(float[] x, int xo) {
    float[] to = repeated.array();
    int at = repeated.offset();
    for (int i = 0; i < window.inputSize(); i++) {
      for (int j = 0; j < multiplier; j++) {
        to[at++] = x[xo + i];
      }
    }
    return repeated.offset();
  }

  private void sumRepeated(float[] dx, int dxo) {
    float[] from = repeated.array();
    int at = repeated.offset();
    for (int i = 0; i < window.inputSize(); i++) {
      float sum = 0f;
      for (int j = 0; j < multiplier; j++) {
        sum += from[at++];
      }
      dx[dxo + i] = sum;
    }
  }
}
