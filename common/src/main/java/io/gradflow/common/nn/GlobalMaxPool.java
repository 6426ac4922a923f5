package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * The largest value of each channel over a whole image or sequence: [H, W, C] or [T, C] to [C]; of
 * a masked sequence over the steps that count, 0 if none does.
 */
@Kind("globalMaxPool")
@Formula(
    value = "y[c] = max x[..., c], of a masked sequence over the steps that count",
    shapes = "[T, C] or [H, W, C] -> [C]")
@Doc("The largest value of each channel over a whole image or sequence.")
public record GlobalMaxPool() implements LayerSpec {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Shape.of(Windows.whole(Inputs.only(inputs)).channels());
  }

  @Override
  public MaskRule maskRule() {
    return MaskRule.DROP;
  }

  @Override
  public Layer bind(Binding binding) {
    return MaskedPoolLayer.max(Windows.whole(binding.inputShapes().get(0)), binding);
  }
}
