package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/** u = u + factor sign(w), sign(0) = 0: the subgradient of L1 regularization. */
public record AddSignedWeights(double factor) implements GradientTransform {
  public AddSignedWeights {
    Hyperparameters.notNegative("addSignedWeights", "factor", factor);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    float step = (float) factor;
    return (slice, updates, weights) -> add(slice.from(), slice.to(), step, weights, updates);
  }

  private static void add(int from, int to, float factor, float[] w, float[] u) {
    for (int i = from; i < to; i++) {
      u[i] = Math.fma(factor, Math.signum(w[i]), u[i]);
    }
  }
}
