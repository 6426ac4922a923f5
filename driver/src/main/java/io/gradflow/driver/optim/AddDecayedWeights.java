package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/**
 * u = u + decay w. In front of an optimizer's transforms this is L2 regularization; behind them,
 * decoupled weight decay (Loshchilov and Hutter 2019), which the learning rate scales.
 */
public record AddDecayedWeights(double decay) implements GradientTransform {
  public AddDecayedWeights {
    Hyperparameters.notNegative("addDecayedWeights", "decay", decay);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    float factor = (float) decay;
    return (slice, updates, weights) ->
        Loops.addScaled(slice.from(), slice.to(), factor, weights, updates);
  }
}
