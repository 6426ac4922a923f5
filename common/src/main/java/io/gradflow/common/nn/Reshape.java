package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/** The same elements under another shape. */
@Kind("reshape")
@Doc("The same elements under another shape.")
public record Reshape(@Doc("Extents of one example, without the batch.") Shape shape)
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
