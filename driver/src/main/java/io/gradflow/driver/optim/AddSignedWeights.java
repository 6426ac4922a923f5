package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import java.util.List;

/**
 * u = u + factor sign(w), sign(0) = 0: the subgradient of L1 regularization.
 *
 * @param exclude names of parameters that are left alone, a star for any characters
 */
public record AddSignedWeights(double factor, List<String> exclude) implements GradientTransform {
  public AddSignedWeights {
    Hyperparameters.notNegative("addSignedWeights", "factor", factor);
    exclude = List.copyOf(exclude);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    float step = (float) factor;
    boolean[] excluded = NamePatterns.matches("l1", exclude, layout);
    return (slice, updates, weights) -> {
      if (!excluded[slice.parameter()]) {
        Loops.addSigns(slice.from(), slice.to(), step, weights, updates);
      }
    };
  }
}
