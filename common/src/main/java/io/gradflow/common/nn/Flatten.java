package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * All elements of an example along one axis: [d1, d2, ...] to [d1 d2 ...], row-major. A view:
 * nothing is copied.
 */
@Kind("flatten")
@Formula(value = "y = x, row-major", shapes = "[d1, d2, ...] -> [d1 d2 ...]")
@Doc("All elements of an example along one axis.")
public record Flatten() implements LayerSpec {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Shape.of(Inputs.only(inputs).size());
  }

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public Layer bind(Binding binding) {
    throw new IllegalStateException("a view is never bound");
  }
}
