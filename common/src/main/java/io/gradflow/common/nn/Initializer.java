package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.OneOf;
import io.gradflow.common.spec.Settings;
import java.util.Arrays;

/**
 * How a parameter starts; a pure function of (seed, parameter name, shape), the same on every
 * machine.
 *
 * <p>Fans: a dense kernel [in, units] has fanIn = in and fanOut = units; a convolution kernel [kh,
 * kw, in, out] has fanIn = kh kw in and fanOut = kh kw out; a vector or single number counts its
 * elements as both. Normal distributions of the glorot, he and lecun families are not truncated, as
 * in the papers and in PyTorch (Keras truncates them at two standard deviations).
 */
@OneOf({
  Initializer.Zeros.class,
  Initializer.Constant.class,
  Initializer.Uniform.class,
  Initializer.Normal.class,
  Initializer.TruncatedNormal.class,
  Initializer.GlorotUniform.class,
  Initializer.GlorotNormal.class,
  Initializer.HeUniform.class,
  Initializer.HeNormal.class,
  Initializer.LecunUniform.class,
  Initializer.LecunNormal.class,
  Initializer.Orthogonal.class
})
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
      Arrays.fill(weights, offset, offset + shape.size(), 0);
    }
  }

  /** All the same value. */
  @Kind("constant")
  @Doc("All the same value.")
  record Constant(@Doc("The value.") float value) implements Initializer {
    public Constant {
      Settings.requireFinite("constant value", value);
    }

    @Override
    public void fill(long key, Shape shape, float[] weights, int offset) {
      Arrays.fill(weights, offset, offset + shape.size(), value);
    }
  }

  /** Uniform in [min, max). */
  @Kind("uniform")
  @Doc("Uniform in [min, max).")
  record Uniform(
      @Doc("Lower end.") @Default("-0.05") float min, @Doc("Upper end.") @Default("0.05") float max)
      implements Initializer {
    public Uniform {
      Settings.requireFinite("uniform min", min);
      Settings.requireFinite("uniform max", max);
      if (min > max) {
        throw new IllegalArgumentException(
            "uniform min " + min + " exceeds max " + max + "; expected min <= max");
      }
    }

    @Override
    public void fill(long key, Shape shape, float[] weights, int offset) {
      Draws.uniform(key, min, max, shape, weights, offset);
    }
  }

  /** Normal with the given mean and standard deviation. */
  @Kind("normal")
  @Doc("Normal distribution.")
  record Normal(
      @Doc("Mean.") @Default("0") float mean,
      @Doc("Standard deviation.") @Default("0.05") float stddev)
      implements Initializer {
    public Normal {
      Settings.requireFinite("normal mean", mean);
      Settings.requireNotNegative("normal stddev", stddev);
    }

    @Override
    public void fill(long key, Shape shape, float[] weights, int offset) {
      Draws.normal(key, mean, stddev, shape, weights, offset);
    }
  }

  /**
   * Normal with draws beyond two standard deviations from the mean drawn again; stddev is that of
   * the normal distribution before truncation.
   */
  @Kind("truncatedNormal")
  @Doc("Normal distribution without what lies beyond two standard deviations.")
  record TruncatedNormal(
      @Doc("Mean.") @Default("0") float mean,
      @Doc("Standard deviation before truncation.") @Default("0.05") float stddev)
      implements Initializer {
    public TruncatedNormal {
      Settings.requireFinite("truncatedNormal mean", mean);
      Settings.requireNotNegative("truncatedNormal stddev", stddev);
    }

    @Override
    public void fill(long key, Shape shape, float[] weights, int offset) {
      Draws.truncatedNormal(key, mean, stddev, shape, weights, offset);
    }
  }

  /** Uniform in +-sqrt(6 / (fanIn + fanOut)). Glorot and Bengio (2010). */
  @Kind("glorotUniform")
  @Doc("Uniform in +-sqrt(6 / (fanIn + fanOut)).")
  record GlorotUniform() implements Initializer {
    @Override
    public void fill(long key, Shape shape, float[] weights, int offset) {
      Draws.uniform(
          key,
          StrictMath.sqrt(6.0 / (Draws.fanIn(shape) + Draws.fanOut(shape))),
          shape,
          weights,
          offset);
    }
  }

  /** Normal with standard deviation sqrt(2 / (fanIn + fanOut)). Glorot and Bengio (2010). */
  @Kind("glorotNormal")
  @Doc("Normal with standard deviation sqrt(2 / (fanIn + fanOut)).")
  record GlorotNormal() implements Initializer {
    @Override
    public void fill(long key, Shape shape, float[] weights, int offset) {
      Draws.normal(
          key,
          0,
          StrictMath.sqrt(2.0 / (Draws.fanIn(shape) + Draws.fanOut(shape))),
          shape,
          weights,
          offset);
    }
  }

  /** Uniform in +-sqrt(6 / fanIn). He et al. (2015), arXiv:1502.01852, for relu. */
  @Kind("heUniform")
  @Doc("Uniform in +-sqrt(6 / fanIn).")
  record HeUniform() implements Initializer {
    @Override
    public void fill(long key, Shape shape, float[] weights, int offset) {
      Draws.uniform(key, StrictMath.sqrt(6.0 / Draws.fanIn(shape)), shape, weights, offset);
    }
  }

  /**
   * Normal with standard deviation sqrt(2 / fanIn). He et al. (2015), arXiv:1502.01852, for relu.
   */
  @Kind("heNormal")
  @Doc("Normal with standard deviation sqrt(2 / fanIn).")
  record HeNormal() implements Initializer {
    @Override
    public void fill(long key, Shape shape, float[] weights, int offset) {
      Draws.normal(key, 0, StrictMath.sqrt(2.0 / Draws.fanIn(shape)), shape, weights, offset);
    }
  }

  /** Uniform in +-sqrt(3 / fanIn). LeCun et al. (1998). */
  @Kind("lecunUniform")
  @Doc("Uniform in +-sqrt(3 / fanIn).")
  record LecunUniform() implements Initializer {
    @Override
    public void fill(long key, Shape shape, float[] weights, int offset) {
      Draws.uniform(key, StrictMath.sqrt(3.0 / Draws.fanIn(shape)), shape, weights, offset);
    }
  }

  /** Normal with standard deviation sqrt(1 / fanIn). LeCun et al. (1998). */
  @Kind("lecunNormal")
  @Doc("Normal with standard deviation sqrt(1 / fanIn).")
  record LecunNormal() implements Initializer {
    @Override
    public void fill(long key, Shape shape, float[] weights, int offset) {
      Draws.normal(key, 0, StrictMath.sqrt(1.0 / Draws.fanIn(shape)), shape, weights, offset);
    }
  }

  /**
   * Gain times a random orthogonal matrix, uniform over all of them: the shape seen as [all but the
   * last axis, last axis] has orthonormal columns, or rows where it is wide. Saxe et al. (2013),
   * arXiv:1312.6120.
   */
  @Kind("orthogonal")
  @Doc("Gain times a random orthogonal matrix.")
  record Orthogonal(@Doc("Factor.") @Default("1") float gain) implements Initializer {
    public Orthogonal {
      Settings.requireFinite("orthogonal gain", gain);
    }

    @Override
    public void fill(long key, Shape shape, float[] weights, int offset) {
      Draws.orthogonal(key, gain, shape, weights, offset);
    }
  }
}
