package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * The same elements, row-major, under another shape. A view: nothing is copied.
 *
 * @param shape of one example, with as many elements as the input
 */
@Kind("reshape")
@Formula(value = "y = x, row-major", shapes = "any -> shape")
@Doc("The same elements under another shape.")
public record Reshape(@Doc("Extents of one example, without the batch.") Shape shape)
    implements LayerSpec {
  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    if (input.size() != shape.size()) {
      throw new IllegalArgumentException(
          "input "
              + input
              + " has "
              + input.size()
              + " elements, shape "
              + shape
              + " has "
              + shape.size()
              + "; expected as many");
    }
    return shape;
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
