package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Zeros around an image: [H, W, C] to [top + H + bottom, left + W + right, C].
 *
 * @param amounts one number for all sides, [height, width], or [top, bottom, left, right]
 */
@Kind("zeroPad2d")
@Formula(
    value = "y = x with zeros around",
    shapes = "[H, W, C] -> [top + H + bottom, left + W + right, C]")
@Doc("Zeros around an image.")
public record ZeroPad2d(
    @Doc("One number for all sides, [height, width], or [top, bottom, left, right].")
        List<Integer> amounts)
    implements LayerSpec {
  public ZeroPad2d {
    Windows.requireAtLeast("zeroPad2d amounts", amounts, 0);
    amounts = Windows.sides("zeroPad2d amounts", List.copyOf(amounts), 2);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    Windows.requireRank(input, 2);
    return Shape.of(
        input.dim(0) + amounts.get(0) + amounts.get(1),
        input.dim(1) + amounts.get(2) + amounts.get(3),
        input.dim(2));
  }

  @Override
  public Layer bind(Binding binding) {
    return new FrameLayer(
        outputShape(binding.inputShapes()), amounts.get(0), amounts.get(2), binding);
  }
}
