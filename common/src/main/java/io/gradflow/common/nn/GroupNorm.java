package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.NormKernels;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Group normalization: the channels, the last axis, are cut into groups of neighbours, and each
 * group of each example is normalized over its channels and all positions: y = gamma (x - mean) /
 * sqrt(variance + epsilon) + beta, gamma and beta by channel. One channel a group is instance
 * normalization. Where the input is masked, mean and variance are over the steps that count.
 *
 * <p>Source: Wu and He (2018), arXiv:1803.08494.
 *
 * @param groups a divisor of the number of channels
 * @param epsilon added to the variance
 * @param affine whether gamma [channels] and beta [channels] are trained; otherwise 1 and 0
 */
@Kind("groupNorm")
@Formula(
    value =
        "y = gamma (x - mean) / sqrt(variance + epsilon) + beta, mean and variance over a group's"
            + " channels and all positions",
    shapes = "[..., C], gamma and beta [C] -> [..., C]")
@Doc("Normalizes groups of channels of each example over all positions.")
public record GroupNorm(
    @Doc("Groups of neighbouring channels; a divisor of their number.") int groups,
    @Doc("Added to the variance.") @Default("0.00001") float epsilon,
    @Doc("Whether a factor and a shift per channel are trained.") @Default("true") boolean affine)
    implements LayerSpec {
  public GroupNorm {
    if (groups < 1) {
      throw new IllegalArgumentException("groups " + groups + "; expected at least 1");
    }
    Norms.requireEpsilon(epsilon);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    if (Inputs.lastAxis(input) % groups != 0) {
      throw new IllegalArgumentException(
          "input "
              + input
              + " has "
              + Inputs.lastAxis(input)
              + " channels; expected a multiple of groups="
              + groups);
    }
    return input;
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    return Norms.params(affine, inputs.get(0));
  }

  @Override
  public Layer bind(Binding binding) {
    return new GroupNormLayer(this, binding);
  }
}

/** The executable twin of {@link GroupNorm}. */
final class GroupNormLayer implements Layer {
  private final float epsilon;
  private final int groups;
  private final int channels;
  private final int positions;
  private final int gamma;
  private final int beta;
  private final Channels columns;
  private final Buffer input;
  private final Buffer output;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  /** Per row [2, channels]: mean and 1 / deviation of the channel's group. */
  private final Buffer moments;

  private final Buffer coefficients;
  private final Buffer sums;

  GroupNormLayer(GroupNorm spec, Binding binding) {
    this.epsilon = spec.epsilon();
    this.groups = spec.groups();
    this.channels = Inputs.lastAxis(binding.inputShapes().get(0));
    this.positions = binding.inputShapes().get(0).size() / channels;
    this.gamma = Norms.offset(spec.affine(), "gamma", binding);
    this.beta = Norms.offset(spec.affine(), "beta", binding);
    this.columns = new Channels(binding);
    this.input = binding.inputs().get(0);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
    this.moments = binding.rows(2 * channels);
    this.coefficients = binding.block(4 * channels);
    this.sums = binding.block(2 * channels);
  }

  @Override
  public void forward(Pass pass) {
    float[] c = coefficients.array();
    int co = coefficients.offset();
    for (int row = 0; row < pass.rows(); row++) {
      int from = row * positions;
      int mo = moments(row);
      moments(from, mo);
      float[] m = moments.array();
      System.arraycopy(m, mo, c, co, channels);
      Norms.copy(pass.weights(), gamma, 1, channels, c, co + channels);
      for (int j = 0; j < channels; j++) {
        c[co + channels + j] *= m[mo + channels + j];
      }
      Norms.copy(pass.weights(), beta, 0, channels, c, co + 2 * channels);
      NormKernels.normalizeColumns(
          positions,
          channels,
          c,
          co,
          input.array(),
          input.offset() + from * channels,
          output.array(),
          output.offset() + from * channels);
    }
  }

  @Override
  public void backward(Pass pass) {
    float[] c = coefficients.array();
    int co = coefficients.offset();
    float[] s = sums.array();
    int so = sums.offset();
    float[] m = moments.array();
    for (int row = 0; row < pass.rows(); row++) {
      int from = row * positions;
      int mo = moments(row);
      columns.gradients(from, from + positions, input, outputGradient, m, mo, s, so);
      System.arraycopy(m, mo, c, co, channels);
      Norms.copy(pass.weights(), gamma, 1, channels, c, co + channels);
      int counted = columns.count(from, from + positions) * (channels / groups);
      backwardCoefficients(counted, mo, pass);
      if (inputGradient.isPresent()) {
        columns.backward(from, from + positions, c, co, input, outputGradient, inputGradient.get());
      }
    }
  }

  private int moments(int row) {
    return moments.offset() + row * moments.width();
  }

  /** Mean and 1 / deviation of one row's groups, written to each of their channels. */
  private void moments(int from, int mo) {
    float[] s = sums.array();
    int so = sums.offset();
    float[] m = moments.array();
    int size = channels / groups;
    int count = Math.max(1, columns.count(from, from + positions) * size);
    columns.sum(from, from + positions, input, s, so);
    for (int g = 0; g < groups; g++) {
      float mean = groupSum(s, so, g) / count;
      Arrays.fill(m, mo + g * size, mo + (g + 1) * size, mean);
    }
    columns.squares(from, from + positions, input, m, mo, s, so);
    for (int g = 0; g < groups; g++) {
      float inverse = Norms.inverseDeviation(groupSum(s, so, g) / count, epsilon);
      int at = mo + channels + g * size;
      Arrays.fill(m, at, at + size, inverse);
    }
  }

  /** The sum over a group's channels, ascending. */
  private float groupSum(float[] s, int so, int group) {
    int size = channels / groups;
    float sum = 0;
    for (int j = group * size; j < (group + 1) * size; j++) {
      sum += s[so + j];
    }
    return sum;
  }

  /**
   * Adds the row's parameter gradients and leaves what dx is made of: with g = gamma dy and h = (x
   * - mean) / deviation, dx = (g - mean(g) - h mean(g h)) / deviation.
   */
  private void backwardCoefficients(int counted, int mo, Pass pass) {
    float[] c = coefficients.array();
    int factor = coefficients.offset() + channels;
    float[] s = sums.array();
    int so = sums.offset();
    float[] m = moments.array();
    int size = channels / groups;
    for (int j = 0; j < channels; j++) {
      float inverse = m[mo + channels + j];
      if (gamma != Norms.NONE) {
        pass.gradient()[gamma + j] += s[so + channels + j] * inverse;
        pass.gradient()[beta + j] += s[so + j];
      }
      // From here on sums of g and of g (x - mean).
      s[so + j] *= c[factor + j];
      s[so + channels + j] *= c[factor + j];
      c[factor + j] *= inverse;
    }
    for (int g = 0; g < groups; g++) {
      float inverse = m[mo + channels + g * size];
      float share = counted == 0 ? 0 : inverse / counted;
      float shift = -share * groupSum(s, so, g);
      float slope = -share * inverse * inverse * groupSum(s, so + channels, g);
      for (int j = g * size; j < (g + 1) * size; j++) {
        c[factor + channels + j] = shift;
        c[factor + 2 * channels + j] = slope;
      }
    }
  }
}
