package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * A factor of its own for some parameters' updates: at the end of a chain a learning rate of their
 * own, decoupled decay included. Where several patterns match a name their factors multiply; 0
 * freezes the parameter, even against updates that are not finite.
 *
 * @param factors by pattern of parameter names, a star for any characters
 */
public record ScaleByParameter(Map<String, Double> factors) implements GradientTransform {
  public ScaleByParameter {
    factors.forEach(
        (pattern, factor) -> Hyperparameters.notNegative("learning rate", pattern, factor));
    factors = Map.copyOf(factors);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    double[] products = new double[layout.slices().size()];
    Arrays.fill(products, 1);
    // Sorted: the order of multiplication must not depend on the map's.
    new TreeMap<>(factors)
        .forEach(
            (pattern, factor) -> {
              boolean[] matched = NamePatterns.matches("learning rate", pattern, layout);
              for (int p = 0; p < matched.length; p++) {
                products[p] *= matched[p] ? factor : 1;
              }
            });
    return (slice, updates, weights) -> {
      float factor = (float) products[slice.parameter()];
      if (factor == 0) {
        Arrays.fill(updates, slice.from(), slice.to(), 0);
      } else if (factor != 1) {
        Loops.scale(slice.from(), slice.to(), factor, updates);
      }
    };
  }
}
