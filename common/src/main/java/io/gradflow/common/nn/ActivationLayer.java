package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/** An activation function as a layer. */
@Kind("activation")
@Doc("An activation function as a layer.")
public record ActivationLayer(@Doc("The function.") Activation function) implements LayerSpec {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Layer bind(Binding binding) {
    throw new UnsupportedOperationException();
  }
}
