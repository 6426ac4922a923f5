package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import java.util.Map;

/**
 * What coefficients of agreement are made of: weights of rows by predicted and true class k.
 *
 * @param total of all rows
 * @param hits of rows whose class is predicted
 * @param products sum over k of the weight predicted as k times that of class k
 * @param predictedSquares sum over k of the square of the weight predicted as k
 * @param actualSquares sum over k of the square of the weight of class k
 */
record Agreement(
    double total, double hits, double products, double predictedSquares, double actualSquares) {
  /** The coefficient that the weights come to. */
  interface Coefficient {
    double of(Agreement counts);
  }

  /** A metric of that name with the sums of {@link PrecisionRecallF1}. */
  static Metric metric(
      String name, Shape output, Field target, LossSpec.Link link, Coefficient coefficient) {
    Metric inner = PrecisionRecallF1.bind(Decision.of(name, output, target, link));
    int classes = inner.sumCount() / 3;
    return new DerivedMetric(
        inner, (sums, offset) -> Map.of(name, coefficient.of(of(classes, sums, offset))));
  }

  private static Agreement of(int classes, double[] sums, int offset) {
    double total = 0;
    double hits = 0;
    double products = 0;
    double predictedSquares = 0;
    double actualSquares = 0;
    for (int k = 0; k < classes; k++) {
      double predicted = sums[offset + classes + k];
      double actual = sums[offset + 2 * classes + k];
      hits += sums[offset + k];
      total += actual;
      products += predicted * actual;
      predictedSquares += predicted * predicted;
      actualSquares += actual * actual;
    }
    return new Agreement(total, hits, products, predictedSquares, actualSquares);
  }
}
