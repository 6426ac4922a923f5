package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/** Huber loss, mean over the output width: quadratic up to delta, linear beyond. */
@Kind("huber")
@Doc("Huber loss, mean over the output width: quadratic up to delta, linear beyond.")
public record Huber(@Doc("Where quadratic turns linear.") @Default("1") float delta)
    implements LossSpec {
  @Override
  public Loss bind(Shape output, Field target) {
    throw new UnsupportedOperationException();
  }
}
