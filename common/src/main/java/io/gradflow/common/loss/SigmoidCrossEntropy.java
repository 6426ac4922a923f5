package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/** Sigmoid cross-entropy of logits: binary and multi-label classification. */
@Kind("sigmoidCrossEntropy")
@Doc("Sigmoid cross-entropy of logits: binary and multi-label classification.")
public record SigmoidCrossEntropy() implements LossSpec {
  @Override
  public Loss bind(Shape output, Field target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Link link() {
    return Link.SIGMOID;
  }
}
