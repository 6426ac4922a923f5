package io.gradflow.common.nn;

import io.gradflow.common.array.WindowAxis;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.OneOf;
import java.util.List;

/** What surrounds the input of a convolution (zeros) or a pooling layer (nothing that counts). */
@OneOf({Padding.Same.class, Padding.Valid.class, Padding.Explicit.class})
public interface Padding {
  /**
   * A window over one axis, as much of it as fits with this padding.
   *
   * @param axis index of the axis, for padding that differs by axis
   * @param axes how many axes the window has
   * @throws IllegalArgumentException if the window is larger than the padded input
   */
  WindowAxis axis(int axis, int axes, int in, int kernel, int stride, int dilation);

  /**
   * As many outputs as ceil(in / stride), padded evenly, an odd one behind the input, as in
   * TensorFlow. PyTorch's {@code same} has no strides, and with explicit padding and a stride pads
   * the front more: use {@link Explicit} for weights that come from there.
   */
  @Kind("same")
  @Doc("Output extent ceil(in / stride); an odd zero goes behind the input, as in TensorFlow.")
  record Same() implements Padding {
    @Override
    public WindowAxis axis(int axis, int axes, int in, int kernel, int stride, int dilation) {
      int out = (in + stride - 1) / stride;
      int missing = (out - 1) * stride + WindowAxis.span(kernel, dilation) - in;
      return new WindowAxis(in, kernel, stride, dilation, Math.max(0, missing) / 2, out);
    }
  }

  /** None. */
  @Kind("valid")
  @Doc("No padding: windows lie within the input.")
  record Valid() implements Padding {
    @Override
    public WindowAxis axis(int axis, int axes, int in, int kernel, int stride, int dilation) {
      return Windows.fit(axis, in, kernel, stride, dilation, 0, 0);
    }
  }

  /**
   * As given.
   *
   * @param amounts one number for all sides, one an axis for both its sides, or before and after of
   *     each axis in turn: [top, bottom, left, right]
   */
  @Kind("explicit")
  @Doc("Padding in numbers.")
  record Explicit(
      @Doc(
              "One number for all sides, one an axis, or before and after of each axis: [top,"
                  + " bottom, left, right].")
          List<Integer> amounts)
      implements Padding {
    public Explicit {
      amounts = List.copyOf(amounts);
      Windows.requireAtLeast("explicit padding amounts", amounts, 0);
    }

    @Override
    public WindowAxis axis(int axis, int axes, int in, int kernel, int stride, int dilation) {
      List<Integer> sides = Windows.sides("explicit padding amounts", amounts, axes);
      int before = sides.get(2 * axis);
      int after = sides.get(2 * axis + 1);
      return Windows.fit(axis, in, kernel, stride, dilation, before, after);
    }
  }
}
