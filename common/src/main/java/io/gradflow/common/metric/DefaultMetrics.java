package io.gradflow.common.metric;

import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import java.util.List;

/** What is measured when a job names no metrics. */
public final class DefaultMetrics {
  private DefaultMetrics() {}

  /**
   * Accuracy for classes, and for numbers that a link makes probabilities; the error rate of
   * unaligned labels; mean squared and mean absolute error for other numbers; nothing for
   * embeddings.
   */
  public static List<MetricSpec> of(Field target, LossSpec.Link link) {
    return switch (link) {
      case EMBEDDING -> List.of();
      case CTC -> List.of(new LabelErrorRate());
      case SIGMOID, SOFTMAX -> List.of(new Accuracy());
      case IDENTITY, EXPONENTIAL ->
          target.kind() == Field.Kind.CLASS
              ? List.of(new Accuracy())
              : List.of(new MeanSquaredError(), new MeanAbsoluteError());
    };
  }
}
