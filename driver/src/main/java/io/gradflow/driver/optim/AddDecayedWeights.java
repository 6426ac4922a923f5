package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import java.util.List;

/**
 * u = u + decay w. In front of an optimizer's transforms this is L2 regularization; behind them,
 * decoupled weight decay (Loshchilov and Hutter 2019), which the learning rate scales.
 *
 * @param exclude names of parameters that do not decay, a star for any characters
 */
public record AddDecayedWeights(double decay, List<String> exclude) implements GradientTransform {
  public AddDecayedWeights {
    Hyperparameters.notNegative("addDecayedWeights", "decay", decay);
    exclude = List.copyOf(exclude);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    float factor = (float) decay;
    boolean[] excluded = NamePatterns.matches("weight decay", exclude, layout);
    return (slice, updates, weights) -> {
      if (!excluded[slice.parameter()]) {
        Loops.addScaled(slice.from(), slice.to(), factor, weights, updates);
      }
    };
  }
}
