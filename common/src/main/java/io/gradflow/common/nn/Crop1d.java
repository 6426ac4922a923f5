package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * A sequence without its first and last steps, and its mask without them: [T, C] to [T - before -
 * after, C].
 *
 * @param amounts one number for both ends, or [before, after]
 */
@Kind("crop1d")
@Formula(
    value = "y = x without its first and last steps",
    shapes = "[T, C] -> [T - before - after, C]")
@Doc("A sequence without its first and last steps.")
public record Crop1d(
    @Doc("One number of steps for both ends, or [before, after].") List<Integer> amounts)
    implements LayerSpec {
  public Crop1d {
    Windows.requireAtLeast("crop1d amounts", amounts, 0);
    amounts = Windows.sides("crop1d amounts", List.copyOf(amounts), 1);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    Windows.requireRank(input, 1);
    int steps = input.dim(0) - amounts.get(0) - amounts.get(1);
    if (steps < 1) {
      throw new IllegalArgumentException(
          "input " + input + " cropped by " + amounts + "; expected something to be left");
    }
    return Shape.of(steps, input.dim(1));
  }

  @Override
  public MaskRule maskRule() {
    return MaskRule.DERIVE;
  }

  @Override
  public Layer bind(Binding binding) {
    return new FrameLayer(outputShape(binding.inputShapes()), 0, amounts.get(0), binding);
  }
}
