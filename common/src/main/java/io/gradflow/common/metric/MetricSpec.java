package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.OneOf;

/**
 * A metric as configuration: an immutable record under its {@code Kind}. Users add one by
 * implementing this interface with a record.
 */
@OneOf({
  Accuracy.class,
  TopK.class,
  PrecisionRecallF1.class,
  ConfusionMatrix.class,
  LogLoss.class,
  BitsPerToken.class,
  Auc.class,
  MeanSquaredError.class,
  MeanAbsoluteError.class,
  RSquared.class
})
public interface MetricSpec {
  /**
   * @param output the network's output for one example
   * @param target the target field
   * @param link what turns outputs (logits) into predictions
   * @throws IllegalArgumentException if they do not fit, saying what was expected and what came
   */
  Metric bind(Shape output, Field target, LossSpec.Link link);

  /** The name of its main result, e.g. {@code accuracy} or {@code top5Accuracy}. */
  String label();
}
