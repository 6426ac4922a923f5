package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/**
 * Matthews correlation of predicted and true classes, of two or more: with the weights n of all
 * rows, h of hits, and p_k, a_k of rows predicted as and of class k,
 *
 * <pre>mcc = (n h - sum p_k a_k) / sqrt((n^2 - sum p_k^2) (n^2 - sum a_k^2))</pre>
 *
 * and 0 where predictions or rows are all of one class, as in scikit-learn. Result {@code mcc}.
 *
 * <p>Source: Gorodkin, "Comparing two K-category assignments by a K-category correlation
 * coefficient", 2004.
 */
@Kind("mcc")
@Doc("Matthews correlation coefficient of predicted and true classes.")
public record MatthewsCorrelation() implements MetricSpec {
  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    return Agreement.metric(
        "mcc",
        output,
        target,
        link,
        counts -> {
          double square = counts.total() * counts.total();
          double spread = (square - counts.predictedSquares()) * (square - counts.actualSquares());
          return spread > 0
              ? (counts.total() * counts.hits() - counts.products()) / Math.sqrt(spread)
              : square > 0 ? 0 : Double.NaN;
        });
  }

  @Override
  public String label() {
    return "mcc";
  }
}
