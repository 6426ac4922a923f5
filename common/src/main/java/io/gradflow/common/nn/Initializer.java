package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.OneOf;

/**
 * How a parameter starts; a pure function of (seed, parameter name, shape), the same on every
 * machine.
 */
@OneOf({Initializer.Zeros.class, Initializer.Constant.class, Initializer.GlorotUniform.class})
public interface Initializer {
  /**
   * Fills {@code weights[offset .. offset + shape.size())}.
   *
   * @param key the random stream of this parameter, derived from the job's seed and the parameter's
   *     name
   */
  void fill(long key, Shape shape, float[] weights, int offset);

  /** All 0. */
  @Kind("zeros")
  @Doc("All 0.")
  record Zeros() implements Initializer {
    @Override
    public void fill(long key, Shape shape, float[] weights, int offset) {
      throw new UnsupportedOperationException();
    }
  }

  /** All the same value. */
  @Kind("constant")
  @Doc("All the same value.")
  record Constant(@Doc("The value.") @Default("0") float value) implements Initializer {
    @Override
    public void fill(long key, Shape shape, float[] weights, int offset) {
      throw new UnsupportedOperationException();
    }
  }

  /** Uniform in +-sqrt(6 / (fanIn + fanOut)). */
  @Kind("glorotUniform")
  @Doc("Uniform in +-sqrt(6 / (fanIn + fanOut)).")
  record GlorotUniform() implements Initializer {
    @Override
    public void fill(long key, Shape shape, float[] weights, int offset) {
      throw new UnsupportedOperationException();
    }
  }
}
