package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.OneOf;

/**
 * How a parameter starts; a pure function of (seed, parameter name, shape), the same on every
 * machine.
 */
@OneOf({})
public interface Initializer {
  /**
   * Fills {@code weights[offset .. offset + shape.size())}.
   *
   * @param key the random stream of this parameter, derived from the job's seed and the parameter's
   *     name
   */
  void fill(long key, Shape shape, float[] weights, int offset);
}
