package io.gradflow.driver.feature;

import java.util.Optional;

/**
 * How numbers are scaled: at most one of several ways.
 *
 * @param scale what every number is multiplied by
 * @param standardize whether each number becomes (x - mean) / standard deviation
 * @param minMax whether each number becomes (x - min) / (max - min)
 */
record Scaling(Optional<Double> scale, boolean standardize, boolean minMax) {
  Scaling {
    if ((scale.isPresent() ? 1 : 0) + (standardize ? 1 : 0) + (minMax ? 1 : 0) > 1) {
      throw new IllegalArgumentException("expected at most one of scale, standardize and minMax");
    }
    if (scale.isPresent() && (!Double.isFinite(scale.get()) || scale.get() == 0)) {
      throw new IllegalArgumentException("scale " + scale.get() + "; expected finite and not 0");
    }
  }

  boolean fitted() {
    return standardize || minMax;
  }
}
