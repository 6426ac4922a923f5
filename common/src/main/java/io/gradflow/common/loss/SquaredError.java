package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/** Squared error, mean over the output width. */
@Kind("squaredError")
@Doc("Squared error, mean over the output width.")
public record SquaredError() implements LossSpec {
  @Override
  public Loss bind(Shape output, Field target) {
    throw new UnsupportedOperationException();
  }
}
