package io.gradflow.common.array;

import java.util.Arrays;

/**
 * Means of windows over channels-last images, one image at a time, each channel by itself. Padding
 * does not count: a window's sum is divided by its number of real elements.
 *
 * <p>Bits: a window's elements add up in row-major order and the sum is multiplied by the rounded
 * reciprocal of their number; an input gradient adds up over rows of outputs, then taps.
 *
 * <p>One owner, one thread.
 */
public final class AvgPooling implements ImageMap {
  private final Window window;
  private final WindowRuns runs;
  private final int channels;

  /** From the input of one output to that of the next. */
  private final int step;

  /**
   * @param window of which every position holds at least one input
   */
  public AvgPooling(Window window) {
    this.window = window;
    this.runs = new WindowRuns(window);
    this.channels = window.channels();
    this.step = window.width().stride() * channels;
  }

  @Override
  public void forward(float[] x, int xo, float[] y, int yo) {
    Arrays.fill(y, yo, yo + window.positions() * channels, 0f);
    for (runs.start(); runs.next(); ) {
      int from = xo + runs.input() * channels;
      int to = yo + runs.output() * channels;
      RunKernels.add(runs.count(), channels, x, from, step, y, to, channels);
    }
    divide(y, yo);
  }

  /**
   * @param dy destroyed
   */
  @Override
  public void backward(float[] dy, int dyo, float[] dx, int dxo) {
    divide(dy, dyo);
    Arrays.fill(dx, dxo, dxo + window.inputSize(), 0f);
    for (runs.start(); runs.next(); ) {
      int from = dyo + runs.output() * channels;
      int to = dxo + runs.input() * channels;
      RunKernels.add(runs.count(), channels, dy, from, channels, dx, to, step);
    }
  }

  /** Each position by its number of real elements. */
  private void divide(float[] y, int yo) {
    for (int oh = 0, at = yo; oh < window.height().out(); oh++) {
      int rows = window.height().realTaps(oh);
      for (int ow = 0; ow < window.width().out(); ow++, at += channels) {
        float share = 1f / (rows * window.width().realTaps(ow));
        ArrayKernels.scale(channels, share, y, at, y, at);
      }
    }
  }
}
