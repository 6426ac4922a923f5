package io.gradflow.common.metric;

import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import java.util.List;

/** What is measured when a job names no metrics. */
public final class DefaultMetrics {
  private DefaultMetrics() {}

  /**
   * Accuracy for classes, and for numbers that a link makes probabilities; mean squared and mean
   * absolute error for other numbers.
   */
  public static List<MetricSpec> of(Field target, LossSpec.Link link) {
    return target.kind() == Field.Kind.CLASS || link != LossSpec.Link.IDENTITY
        ? List.of(new Accuracy())
        : List.of(new MeanSquaredError(), new MeanAbsoluteError());
  }
}
