package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/** To be filled in. */
public record ClipByGlobalNorm(double maxNorm) implements GradientTransform {
  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    throw new UnsupportedOperationException();
  }
}
