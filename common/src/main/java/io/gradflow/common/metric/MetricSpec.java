package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.OutputSteps;
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
  Perplexity.class,
  SequenceAccuracy.class,
  Auc.class,
  AveragePrecision.class,
  MatthewsCorrelation.class,
  CohenKappa.class,
  LabelErrorRate.class,
  MeanSquaredError.class,
  RootMeanSquaredError.class,
  MeanAbsoluteError.class,
  MeanAbsolutePercentageError.class,
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

  /**
   * Binds it to an output that may be read step by step: {@link Metric#accumulate} then gets every
   * step as a row, all steps of an example one after the other.
   */
  default Metric bind(OutputSteps steps, LossSpec.Link link) {
    return bind(steps.output(), steps.target(), link);
  }

  /** The name of its main result, e.g. {@code accuracy} or {@code top5Accuracy}. */
  String label();
}
