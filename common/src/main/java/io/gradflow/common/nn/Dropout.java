package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * In training zeroes each element with the given probability and scales the rest by 1 / (1 - rate).
 */
@Kind("dropout")
@Doc(
    "In training zeroes each element with the given probability and scales the rest by 1 / (1 -"
        + " rate).")
public record Dropout(@Doc("Probability that an element is zeroed, in [0, 1).") float rate)
    implements LayerSpec {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Layer bind(Binding binding) {
    throw new UnsupportedOperationException();
  }
}
