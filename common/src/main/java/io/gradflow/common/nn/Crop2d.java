package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * An image without its borders: [H, W, C] to [H - top - bottom, W - left - right, C].
 *
 * @param amounts one number for all sides, [height, width], or [top, bottom, left, right]
 */
@Kind("crop2d")
@Formula(
    value = "y = x without its borders",
    shapes = "[H, W, C] -> [H - top - bottom, W - left - right, C]")
@Doc("An image without its borders.")
public record Crop2d(
    @Doc("One number for all sides, [height, width], or [top, bottom, left, right].")
        List<Integer> amounts)
    implements LayerSpec {
  public Crop2d {
    Windows.requireAtLeast("crop2d amounts", amounts, 0);
    amounts = Windows.sides("crop2d amounts", List.copyOf(amounts), 2);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    Windows.requireRank(input, 2);
    int height = input.dim(0) - amounts.get(0) - amounts.get(1);
    int width = input.dim(1) - amounts.get(2) - amounts.get(3);
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "input " + input + " cropped by " + amounts + "; expected something to be left");
    }
    return Shape.of(height, width, input.dim(2));
  }

  @Override
  public Layer bind(Binding binding) {
    return new FrameLayer(
        outputShape(binding.inputShapes()), amounts.get(0), amounts.get(2), binding);
  }
}
