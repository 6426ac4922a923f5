package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/**
 * Cohen's kappa: (o - e) / (1 - e), o the weighted share of rows whose class is predicted and e
 * what it would be if predictions fell by chance, as often on each class as they do. NaN where all
 * rows are of one class and predicted so. Result {@code cohenKappa}.
 *
 * <p>Source: Cohen, "A coefficient of agreement for nominal scales", 1960.
 */
@Kind("cohenKappa")
@Doc("Cohen's kappa: agreement of classes beyond chance.")
public record CohenKappa() implements MetricSpec {
  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    return Agreement.metric(
        "cohenKappa",
        output,
        target,
        link,
        counts ->
            (counts.total() * counts.hits() - counts.products())
                / (counts.total() * counts.total() - counts.products()));
  }

  @Override
  public String label() {
    return "cohenKappa";
  }
}
