package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/** Softmax cross-entropy of logits against a class index or class probabilities. */
@Kind("softmaxCrossEntropy")
@Doc("Softmax cross-entropy of logits against a class index or class probabilities.")
public record SoftmaxCrossEntropy(
    @Doc("Share of the target spread evenly over all classes, in [0, 1).") @Default("0")
        float labelSmoothing,
    @Doc("Weight of each class in index order; empty for equal weights.") @Default("[]")
        List<Float> classWeights)
    implements LossSpec {
  @Override
  public Loss bind(Shape output, Field target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Link link() {
    return Link.SOFTMAX;
  }
}
