package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/** The root of {@link MeanSquaredError}, in the target's unit; result {@code rmse}. */
@Kind("rmse")
@Doc("Root of the mean squared error, over rows and outputs.")
public record RootMeanSquaredError() implements MetricSpec {
  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    Metric squares = new MeanSquaredError().bind(output, target, link);
    return DerivedMetric.ofNumber(squares, "mse", "rmse", Math::sqrt);
  }

  @Override
  public String label() {
    return "rmse";
  }
}
