package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Steps of zeros before and after a sequence: [T, C] to [before + T + after, C]. Of a masked
 * sequence the steps that are added count, as they do without a mask.
 *
 * @param amounts one number for both ends, or [before, after]
 */
@Kind("zeroPad1d")
@Formula(value = "y = x with zeros before and after", shapes = "[T, C] -> [before + T + after, C]")
@Doc("Steps of zeros before and after a sequence.")
public record ZeroPad1d(
    @Doc("One number of steps for both ends, or [before, after].") List<Integer> amounts)
    implements LayerSpec {
  public ZeroPad1d {
    Windows.requireAtLeast("zeroPad1d amounts", amounts, 0);
    amounts = Windows.sides("zeroPad1d amounts", List.copyOf(amounts), 1);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    Windows.requireRank(input, 1);
    return Shape.of(input.dim(0) + amounts.get(0) + amounts.get(1), input.dim(1));
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
