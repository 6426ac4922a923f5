package io.gradflow.common.array;

/**
 * A window that slides over images [height, width, channels]; sequences [time, channels] have
 * height 1.
 *
 * @param height the outer axis
 * @param width the inner axis
 * @param channels of the input
 */
public record Window(WindowAxis height, WindowAxis width, int channels) {
  /** Floats of one input image. */
  public int inputSize() {
    return Math.multiplyExact(Math.multiplyExact(height.in(), width.in()), channels);
  }

  /** Where the window stops. */
  public int positions() {
    return height.out() * width.out();
  }

  /** Taps of the window. */
  public int taps() {
    return height.kernel() * width.kernel();
  }

  /** The same window over images of another number of channels. */
  public Window withChannels(int count) {
    return new Window(height, width, count);
  }

  /** Whether every input is one window: then nothing needs to be gathered. */
  boolean isPointwise() {
    return taps() == 1
        && height.stride() == 1
        && width.stride() == 1
        && positions() == height.in() * width.in();
  }
}
