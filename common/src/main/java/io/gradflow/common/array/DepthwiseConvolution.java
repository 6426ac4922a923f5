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
  private final WindowRuns runs;
  private final int multiplier;
  private final int outChannels;

  /** From the input of one output to that of the next. */
  private final int step;

  /** The image with each channel repeated, and its gradient; none where every channel is one. */
  private final Buffer repeated;

  /**
   * @param window over the input's channels
   * @param multiplier outputs a channel
   */
  public DepthwiseConvolution(Window window, int multiplier, Convolution.Scratch scratch) {
    this.window = window;
    this.runs = new WindowRuns(window);
    this.multiplier = multiplier;
    this.outChannels = Math.multiplyExact(window.channels(), multiplier);
    this.step = window.width().stride() * outChannels;
    this.repeated =
        multiplier == 1 ? null : scratch.block(Math.multiplyExact(window.inputSize(), multiplier));
  }

  /** y = x * kernel for one image; y is overwritten. */
  public void forward(float[] x, int xo, float[] weights, int kernel, float[] y, int yo) {
    float[] from = repeated == null ? x : repeated.array();
    int fo = repeated == null ? xo : repeat(x, xo);
    int n = outChannels;
    Arrays.fill(y, yo, yo + window.positions() * n, 0f);
    for (runs.start(); runs.next(); ) {
      int in = fo + runs.input() * n;
      int out = yo + runs.output() * n;
      int factors = kernel + runs.tap() * n;
      RunKernels.multiplyAdd(runs.count(), n, from, in, step, weights, factors, y, out, n);
    }
  }

  /** gradient += the gradient of the kernel, for one image. */
  public void kernelGradient(float[] x, int xo, float[] dy, int dyo, float[] gradient, int kernel) {
    float[] from = repeated == null ? x : repeated.array();
    int fo = repeated == null ? xo : repeat(x, xo);
    int n = outChannels;
    for (runs.start(); runs.next(); ) {
      int in = fo + runs.input() * n;
      int out = dyo + runs.output() * n;
      int sums = kernel + runs.tap() * n;
      RunKernels.dot(runs.count(), n, from, in, step, dy, out, n, gradient, sums);
    }
  }

  /** dx = the gradient by the input, for one image; overwritten. */
  public void inputGradient(float[] dy, int dyo, float[] weights, int kernel, float[] dx, int dxo) {
    float[] to = repeated == null ? dx : repeated.array();
    int at = repeated == null ? dxo : repeated.offset();
    int n = outChannels;
    Arrays.fill(to, at, at + window.inputSize() * multiplier, 0f);
    for (runs.start(); runs.next(); ) {
      int out = dyo + runs.output() * n;
      int in = at + runs.input() * n;
      int factors = kernel + runs.tap() * n;
      RunKernels.multiplyAdd(runs.count(), n, dy, out, n, weights, factors, to, in, step);
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
