package io.gradflow.common.array;

/**
 * A walk over the runs that a window's taps make of an image: for each row of outputs and each tap
 * in row-major order, the neighbouring outputs whose tap is no padding. Their inputs lie the
 * window's horizontal stride apart.
 *
 * <pre>{@code
 * for (runs.start(); runs.next(); ) {
 *   ... runs.count() ... runs.input() ... runs.output() ... runs.tap() ...
 * }
 * }</pre>
 *
 * <p>One owner, one thread.
 */
final class WindowRuns {
  private final WindowAxis height;
  private final WindowAxis width;
  private int oh;
  private int kh;
  private int kw;
  private int h;
  private int first;

  WindowRuns(Window window) {
    this.height = window.height();
    this.width = window.width();
  }

  /** Goes before the first run. */
  void start() {
    oh = 0;
    kh = 0;
    kw = -1;
    h = height.source(0, 0);
  }

  /** Goes to the next run, if there is one. */
  boolean next() {
    kw++;
    // Rows of padding are left out as a whole.
    while (kw == width.kernel() || h < 0 || h >= height.in()) {
      kw = 0;
      kh++;
      if (kh == height.kernel()) {
        kh = 0;
        oh++;
        if (oh == height.out()) {
          return false;
        }
      }
      h = height.source(oh, kh);
    }
    first = width.firstOut(kw);
    return true;
  }

  /** Outputs of the run, 0 where the tap meets padding only. */
  int count() {
    return width.endOut(kw) - first;
  }

  /** The place of the first output's input among the image's. */
  int input() {
    return h * width.in() + width.source(first, kw);
  }

  /** The place of the first output. */
  int output() {
    return oh * width.out() + first;
  }

  /** The place of the tap among the window's. */
  int tap() {
    return kh * width.kernel() + kw;
  }
}
