package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/** To be filled in. */
public record ScaleByAdam(double beta1, double beta2, double epsilon) implements GradientTransform {
  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    throw new UnsupportedOperationException();
  }
}
