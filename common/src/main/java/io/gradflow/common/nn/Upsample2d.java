package io.gradflow.common.nn;

import io.gradflow.common.array.Resampling;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * An image enlarged by whole factors: [H, W, C] to [H height factor, W width factor, C].
 *
 * <p>{@code nearest} repeats every pixel. {@code bilinear} weighs the two nearest pixels of each
 * axis, pixels being squares whose centres are sampled and borders repeated: PyTorch's {@code
 * align_corners=False}, TensorFlow 2's resize.
 *
 * @param size factors of height and width
 * @param interpolation between pixels
 */
@Kind("upsample2d")
@Formula(
    value =
        "nearest: y[i, j] = x[i / height factor, j / width factor]; bilinear: the four nearest"
            + " pixels' centres weighed",
    shapes = "[H, W, C] -> [H height factor, W width factor, C]")
@Doc("An image enlarged by whole factors.")
public record Upsample2d(
    @Doc("Factors of height and width; one number for both.") List<Integer> size,
    @Doc("How pixels in between come about.") @Default("nearest") Interpolation interpolation)
    implements LayerSpec {
  /** Between pixels. */
  public enum Interpolation {
    NEAREST,
    BILINEAR
  }

  public Upsample2d {
    size = Windows.perAxis("upsample2d size", size, 2);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    Windows.requireRank(input, 2);
    return Shape.of(
        Math.multiplyExact(input.dim(0), size.get(0)),
        Math.multiplyExact(input.dim(1), size.get(1)),
        input.dim(2));
  }

  @Override
  public Layer bind(Binding binding) {
    Shape shape = binding.inputShapes().get(0);
    boolean bilinear = interpolation == Interpolation.BILINEAR;
    Resampling resampling =
        new Resampling(
            Resampling.Axis.enlarge(shape.dim(0), size.get(0), bilinear),
            Resampling.Axis.enlarge(shape.dim(1), size.get(1), bilinear),
            shape.dim(2));
    return new ImageMapLayer(resampling, binding);
  }
}
