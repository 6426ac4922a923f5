package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.array.Window;
import io.gradflow.common.array.WindowAxis;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Windows of convolution and pooling layers: their extents, checked, over an input's shape. */
final class Windows {
  private Windows() {}

  /**
   * One number an axis from a list of one for all axes or one each.
   *
   * @throws IllegalArgumentException for another count or a number below 1
   */
  static List<Integer> perAxis(String what, List<Integer> extents, int axes) {
    if (extents.size() != 1 && extents.size() != axes) {
      throw new IllegalArgumentException(
          what
              + " "
              + extents
              + (axes == 1 ? "; expected one number" : "; expected one number or " + axes));
    }
    requireAtLeast(what, extents, 1);
    return extents.size() == axes
        ? List.copyOf(extents)
        : IntStream.range(0, axes).mapToObj(axis -> extents.get(0)).toList();
  }

  static void requireAtLeast(String what, List<Integer> numbers, int least) {
    if (numbers.isEmpty() || numbers.stream().anyMatch(number -> number < least)) {
      throw new IllegalArgumentException(
          what + " " + numbers + "; expected numbers of at least " + least);
    }
  }

  /** Before and after of each axis, from one number, one an axis, or all. */
  static List<Integer> sides(String what, List<Integer> amounts, int axes) {
    if (amounts.size() == 2 * axes) {
      return amounts;
    }
    if (amounts.size() != 1 && amounts.size() != axes) {
      throw new IllegalArgumentException(
          what
              + " "
              + amounts
              + "; expected one number"
              + (axes == 1 ? " or 2" : ", " + axes + " or " + 2 * axes));
    }
    boolean all = amounts.size() == 1;
    return IntStream.range(0, axes)
        .mapToObj(axis -> amounts.get(all ? 0 : axis))
        .flatMap(amount -> Stream.of(amount, amount))
        .toList();
  }

  /** As many windows as fit into a padded axis. */
  static WindowAxis fit(
      int axis, int in, int kernel, int stride, int dilation, int before, int after) {
    int span = WindowAxis.span(kernel, dilation);
    int room = in + before + after;
    if (span > room) {
      throw new IllegalArgumentException(
          "window of "
              + span
              + " on axis "
              + axis
              + " is larger than the input, "
              + in
              + " with "
              + (before + after)
              + " of padding; expected at most "
              + room);
    }
    return new WindowAxis(in, kernel, stride, dilation, before, (room - span) / stride + 1);
  }

  /**
   * The window over an input [T, C] for one axis, [H, W, C] for two.
   *
   * @throws IllegalArgumentException if the input has another rank or is too small
   */
  static Window over(
      Shape input,
      List<Integer> kernel,
      List<Integer> stride,
      List<Integer> dilation,
      Padding padding) {
    int axes = kernel.size();
    requireRank(input, axes);
    WindowAxis[] along = new WindowAxis[axes];
    for (int axis = 0; axis < axes; axis++) {
      along[axis] =
          padding.axis(
              axis, axes, input.dim(axis), kernel.get(axis), stride.get(axis), dilation.get(axis));
    }
    return axes == 1
        ? new Window(WindowAxis.single(), along[0], input.dim(-1))
        : new Window(along[0], along[1], input.dim(-1));
  }

  /**
   * The window of a pooling layer: as {@link #over}, and none that holds padding only.
   *
   * @throws IllegalArgumentException also if a window would lie within the padding
   */
  static Window pooling(Shape input, List<Integer> size, List<Integer> stride, Padding padding) {
    Window window = over(input, size, stride, size.stream().map(axis -> 1).toList(), padding);
    for (WindowAxis axis : List.of(window.height(), window.width())) {
      if (axis.realTaps(0) == 0 || axis.realTaps(axis.out() - 1) == 0) {
        throw new IllegalArgumentException(
            "padding of "
                + axis.before()
                + " hides whole windows of "
                + axis.kernel()
                + " from the input; expected less than the window on each side");
      }
    }
    return window;
  }

  /** The one window that holds all of [T, C] or [H, W, C]. */
  static Window whole(Shape input) {
    if (input.rank() != 2 && input.rank() != 3) {
      throw new IllegalArgumentException(
          "input " + input + "; expected [steps, channels] or [height, width, channels]");
    }
    List<Integer> size = input.dims().subList(0, input.rank() - 1);
    return pooling(input, size, size, new Padding.Valid());
  }

  /** What comes out of a window, with so many channels. */
  static Shape outputShape(Shape input, Window window, int channels) {
    return input.rank() == 2
        ? Shape.of(window.width().out(), channels)
        : Shape.of(window.height().out(), window.width().out(), channels);
  }

  static void requireRank(Shape input, int axes) {
    if (input.rank() != axes + 1) {
      throw new IllegalArgumentException(
          "input "
              + input
              + "; expected "
              + (axes == 1 ? "[steps, channels]" : "[height, width, channels]")
              + (input.rank() == axes ? ": reshape it to have channels" : ""));
    }
  }
}
