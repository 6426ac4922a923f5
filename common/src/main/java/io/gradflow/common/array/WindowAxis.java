package io.gradflow.common.array;

/**
 * One axis of a window that slides over an input, for convolution and pooling. Output o, tap t
 * reads the input at o stride + t dilation - before; what lies outside [0, in) is padding.
 *
 * @param in extent of the input
 * @param kernel taps of the window
 * @param stride from one output's window to the next's
 * @param dilation from one tap to the next
 * @param before padding in front of the input
 * @param out extent of the output
 */
public record WindowAxis(int in, int kernel, int stride, int dilation, int before, int out) {
  public WindowAxis {
    if (in < 1 || kernel < 1 || stride < 1 || dilation < 1 || before < 0 || out < 1) {
      throw new IllegalArgumentException(
          "window of "
              + kernel
              + " taps, stride "
              + stride
              + ", dilation "
              + dilation
              + " over "
              + in
              + " with padding "
              + before
              + " gives "
              + out
              + " outputs; expected at least 1 of each and no negative padding");
    }
  }

  /** An axis that the window does not slide along: one input, one tap, one output. */
  public static WindowAxis single() {
    return new WindowAxis(1, 1, 1, 1, 0, 1);
  }

  /** From the first to the last input that a window touches, padding included. */
  public static int span(int kernel, int dilation) {
    return (kernel - 1) * dilation + 1;
  }

  /** The input that tap {@code tap} of output {@code o} reads; outside [0, in) for padding. */
  public int source(int o, int tap) {
    return o * stride + tap * dilation - before;
  }

  /** The first output whose tap reads an input. */
  public int firstOut(int tap) {
    int missing = before - tap * dilation;
    return missing <= 0 ? 0 : Math.min(out, (missing + stride - 1) / stride);
  }

  /** The end of the outputs whose tap reads an input; at least {@link #firstOut}. */
  public int endOut(int tap) {
    int last = Math.floorDiv(in - 1 + before - tap * dilation, stride);
    return Math.max(firstOut(tap), Math.min(out, last + 1));
  }

  /** Taps of output {@code o} that read an input. */
  public int realTaps(int o) {
    int count = 0;
    for (int tap = 0; tap < kernel; tap++) {
      int at = source(o, tap);
      count += at >= 0 && at < in ? 1 : 0;
    }
    return count;
  }

  /** The extent that all windows cover, padding included. */
  int covered() {
    return (out - 1) * stride + span(kernel, dilation);
  }
}
