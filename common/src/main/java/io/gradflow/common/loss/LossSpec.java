package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.OneOf;

/**
 * A loss as configuration: an immutable record under its {@code Kind}. Users add one by
 * implementing this interface with a record.
 */
@OneOf({
  SoftmaxCrossEntropy.class,
  SigmoidCrossEntropy.class,
  SquaredError.class,
  AbsoluteError.class,
  Huber.class
})
public interface LossSpec {
  /** What turns the network's outputs (logits) into predictions that users read. */
  enum Link {
    IDENTITY,
    SIGMOID,
    SOFTMAX
  }

  /**
   * @param output the network's output for one example
   * @param target the target field
   * @throws IllegalArgumentException if they do not fit, saying what was expected and what came
   */
  Loss bind(Shape output, Field target);

  default Link link() {
    return Link.IDENTITY;
  }
}
