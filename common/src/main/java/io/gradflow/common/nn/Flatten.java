package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/** One axis of all elements. */
@Kind("flatten")
@Doc("One axis of all elements.")
public record Flatten() implements LayerSpec {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Layer bind(Binding binding) {
    throw new UnsupportedOperationException();
  }
}
