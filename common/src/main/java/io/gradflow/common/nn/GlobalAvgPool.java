package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/** The mean of each channel over a whole image or sequence: [H, W, C] or [T, C] to [C]. */
@Kind("globalAvgPool")
@Doc("The mean of each channel over a whole image or sequence.")
public record GlobalAvgPool() implements LayerSpec {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Shape.of(Windows.whole(Inputs.only(inputs)).channels());
  }

  @Override
  public Layer bind(Binding binding) {
    return new AvgPoolLayer(Windows.whole(binding.inputShapes().get(0)), binding);
  }
}
