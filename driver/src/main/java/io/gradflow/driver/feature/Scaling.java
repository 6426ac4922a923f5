package io.gradflow.driver.feature;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * How numbers are scaled: at most one of several ways.
 *
 * @param scale what every number is multiplied by
 * @param standardize whether each number becomes (x - mean) / standard deviation
 * @param minMax whether each number becomes (x - min) / (max - min)
 * @param robust whether each number becomes (x - median) / (third - first quartile)
 */
record Scaling(Optional<Double> scale, boolean standardize, boolean minMax, boolean robust) {
  Scaling {
    if (Stream.of(scale.isPresent(), standardize, minMax, robust).filter(b -> b).count() > 1) {
      throw new IllegalArgumentException(
          "expected at most one of scale, standardize, minMax and robust");
    }
    if (scale.isPresent() && (!Double.isFinite(scale.get()) || scale.get() == 0)) {
      throw new IllegalArgumentException("scale " + scale.get() + "; expected finite and not 0");
    }
  }
}
