package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.Map;

/**
 * Area under the curve of precision over recall of two classes, as average precision: sum_b (R_b -
 * R_b-1) P_b over the bins b of scores from the highest down, with recall R_b and precision P_b of
 * the rows that score at least as high; no interpolation, as in scikit-learn. Scores are binned as
 * {@link Auc}'s are. Result {@code prAuc}; NaN without rows of class 1.
 */
@Kind("prAuc")
@Doc("Area under the precision-recall curve of two classes (average precision).")
public record AveragePrecision() implements MetricSpec {
  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    return new DerivedMetric(
        Auc.bind("prAuc", output, target, link),
        (sums, offset) -> Map.of("prAuc", average(sums, offset)));
  }

  @Override
  public String label() {
    return "prAuc";
  }

  private static double average(double[] sums, int offset) {
    int bins = Auc.BINS;
    double positives = 0;
    double rows = 0;
    double area = 0;
    for (int bin = bins - 1; bin >= 0; bin--) {
      double positive = sums[offset + bins + bin];
      positives += positive;
      rows += positive + sums[offset + bin];
      if (positive > 0) {
        area += positive * (positives / rows);
      }
    }
    return area / positives;
  }
}
