package io.gradflow.common.array;

import java.util.Arrays;

/**
 * Columns of an image of few channels, transposed: [KH KW C, positions], row (kh, kw, c) holding
 * what the tap reads of the channel at every position, 0 for padding. The rows are the image's
 * planes, shifted, so that copies are long.
 *
 * <p>One owner, one thread.
 */
final class PlaneColumns {
  private final Window window;
  private final Buffer columns;

  /** The image, channel by channel; null where there is one. */
  private final Buffer planes;

  /**
   * @param columns where they go
   */
  PlaneColumns(Window window, Buffer columns, Convolution.Scratch scratch) {
    this.window = window;
    this.columns = columns;
    this.planes = window.channels() > 1 ? scratch.block(window.inputSize()) : null;
  }

  /** Overwrites the columns with those of an image. */
  void gather(float[] x, int xo) {
    int channels = window.channels();
    int size = window.height().in() * window.width().in();
    float[] from = x;
    int fo = xo;
    if (planes != null) {
      from = planes.array();
      fo = planes.offset();
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < size; i++) {
          from[fo + c * size + i] = x[xo + i * channels + c];
        }
      }
    }
    int to = columns.offset();
    for (int kh = 0; kh < window.height().kernel(); kh++) {
      for (int kw = 0; kw < window.width().kernel(); kw++) {
        for (int c = 0; c < channels; c++, to += window.positions()) {
          shiftedPlane(from, fo + c * size, kh, kw, to);
        }
      }
    }
  }

  /** One tap's input at every position. */
  private void shiftedPlane(float[] plane, int po, int kh, int kw, int to) {
    WindowAxis height = window.height();
    WindowAxis width = window.width();
    float[] c = columns.array();
    int first = width.firstOut(kw);
    int end = width.endOut(kw);
    for (int oh = 0, at = to; oh < height.out(); oh++, at += width.out()) {
      int h = height.source(oh, kh);
      if (h < 0 || h >= height.in()) {
        Arrays.fill(c, at, at + width.out(), 0f);
        continue;
      }
      int from = po + h * width.in() + width.source(first, kw);
      if (first > 0) {
        Arrays.fill(c, at, at + first, 0f);
      }
      if (width.stride() == 1 && end > first) {
        System.arraycopy(plane, from, c, at + first, end - first);
      } else {
        for (int o = first; o < end; o++, from += width.stride()) {
          c[at + o] = plane[from];
        }
      }
      if (end < width.out()) {
        Arrays.fill(c, at + end, at + width.out(), 0f);
      }
    }
  }
}
