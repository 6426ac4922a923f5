package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.NormKernels;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Batch normalization by channel, the last axis: y = gamma (x - mean) / sqrt(variance + epsilon) +
 * beta.
 *
 * <p>In training mean and variance (divided by the count n) are those of the micro-shard's rows, as
 * data-parallel training has it, over all positions, or over those that count where the input is
 * masked; weights of examples do not enter. Otherwise they are the running ones, r = r + momentum
 * (s - r) once a step, s the mean of the micro-shards' statistics weighed by their rows; the
 * running variance takes n / (n - 1) times the variance, as PyTorch does. The changes travel in the
 * statistics' slots of the gradient, summed over rows.
 *
 * <p>A frozen layer uses and keeps the running statistics in training, too. A micro-shard cannot be
 * computed in chunks of rows. Source: Ioffe and Szegedy (2015), arXiv:1502.03167.
 *
 * @param momentum share of the newest statistics in the running ones (PyTorch's meaning; Keras
 *     writes 1 - momentum)
 * @param epsilon added to the variance
 * @param affine whether gamma [channels] and beta [channels] are trained; otherwise 1 and 0
 */
@Kind("batchNorm")
@Formula(
    value =
        "y = gamma (x - mean) / sqrt(variance + epsilon) + beta by channel; statistics of the"
            + " micro-shard in training, else running ones",
    shapes = "[..., C], gamma and beta [C] -> [..., C]")
@Doc("Normalizes each channel by mean and variance of the micro-shard's rows.")
public record BatchNorm(
    @Doc("Share of the newest statistics in the running ones, in (0, 1].") @Default("0.1")
        float momentum,
    @Doc("Added to the variance.") @Default("0.00001") float epsilon,
    @Doc("Whether a factor and a shift per channel are trained.") @Default("true") boolean affine)
    implements LayerSpec {
  public BatchNorm {
    if (!(momentum > 0 && momentum <= 1)) {
      throw new IllegalArgumentException("momentum " + momentum + "; expected 0 < momentum <= 1");
    }
    Norms.requireEpsilon(epsilon);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.only(inputs);
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    Shape channels = Shape.of(Inputs.lastAxis(inputs.get(0)));
    List<ParamSpec> params = new ArrayList<>(Norms.params(affine, inputs.get(0)));
    params.add(new ParamSpec("runningMean", channels, new Initializer.Zeros(), false));
    params.add(new ParamSpec("runningVariance", channels, new Initializer.Constant(1), false));
    return params;
  }

  @Override
  public boolean rowsAreIndependent() {
    return false;
  }

  @Override
  public Optional<LayerSpec> stepwise(List<Shape> inputs) {
    return Inputs.eachStep(this, inputs);
  }

  @Override
  public Layer bind(Binding binding) {
    return new BatchNormLayer(this, binding);
  }
}

/** The executable twin of {@link BatchNorm}. */
final class BatchNormLayer implements Layer {
  private final BatchNorm spec;
  private final boolean frozen;
  private final int channels;
  private final int positionsPerRow;
  private final int gamma;
  private final int beta;
  private final int runningMean;
  private final int runningVariance;
  private final Channels columns;
  private final Buffer input;
  private final Buffer output;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  /** [4, channels]: mean, then what forward and backward make of it. */
  private final Buffer coefficients;

  private final Buffer inverse;
  private final Buffer sums;

  /** Positions behind the statistics of the last pass; 0 if they are the running ones. */
  private int count;

  BatchNormLayer(BatchNorm spec, Binding binding) {
    this.spec = spec;
    this.frozen = binding.isFrozen();
    this.channels = Inputs.lastAxis(binding.inputShapes().get(0));
    this.positionsPerRow = binding.inputShapes().get(0).size() / channels;
    this.gamma = Norms.offset(spec.affine(), "gamma", binding);
    this.beta = Norms.offset(spec.affine(), "beta", binding);
    this.runningMean = binding.paramOffset("runningMean");
    this.runningVariance = binding.paramOffset("runningVariance");
    this.columns = new Channels(binding);
    this.input = binding.inputs().get(0);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
    this.coefficients = binding.block(4 * channels);
    this.inverse = binding.block(channels);
    this.sums = binding.scratch(2 * channels);
  }

  @Override
  public void forward(Pass pass) {
    int positions = pass.rows() * positionsPerRow;
    count = pass.training() && !frozen ? columns.count(0, positions) : 0;
    float[] c = coefficients.array();
    int mean = coefficients.offset();
    float[] inv = inverse.array();
    int io = inverse.offset();
    if (count > 0) {
      batchStatistics(positions, pass);
    } else {
      System.arraycopy(pass.weights(), runningMean, c, mean, channels);
      for (int j = 0; j < channels; j++) {
        inv[io + j] = Norms.inverseDeviation(pass.weights()[runningVariance + j], spec.epsilon());
      }
    }
    factors(pass);
    Norms.copy(pass.weights(), beta, 0, channels, c, mean + 2 * channels);
    NormKernels.normalizeColumns(
        positions,
        channels,
        c,
        mean,
        input.array(),
        input.offset(),
        output.array(),
        output.offset());
  }

  @Override
  public void backward(Pass pass) {
    int positions = pass.rows() * positionsPerRow;
    float[] c = coefficients.array();
    int mean = coefficients.offset();
    float[] s = sums.array();
    int so = sums.offset();
    columns.gradients(0, positions, input, outputGradient, c, mean, s, so);
    for (int j = 0; j < channels; j++) {
      float inv = inverse.array()[inverse.offset() + j];
      if (gamma != Norms.NONE) {
        pass.gradient()[gamma + j] += s[so + channels + j] * inv;
        pass.gradient()[beta + j] += s[so + j];
      }
      float factor = c[mean + channels + j];
      float share = count == 0 ? 0 : factor / count;
      c[mean + 2 * channels + j] = -share * s[so + j];
      c[mean + 3 * channels + j] = -share * inv * inv * s[so + channels + j];
    }
    if (inputGradient.isPresent()) {
      columns.backward(0, positions, c, mean, input, outputGradient, inputGradient.get());
    }
  }

  /** Mean and variance of the rows, and their sums of changes of the running ones. */
  private void batchStatistics(int positions, Pass pass) {
    float[] c = coefficients.array();
    int mean = coefficients.offset();
    float[] s = sums.array();
    int so = sums.offset();
    columns.sum(0, positions, input, s, so);
    for (int j = 0; j < channels; j++) {
      c[mean + j] = s[so + j] / count;
    }
    columns.squares(0, positions, input, c, mean, s, so);
    float[] gradient = pass.gradient();
    for (int j = 0; j < channels; j++) {
      float variance = s[so + j] / count;
      inverse.array()[inverse.offset() + j] = Norms.inverseDeviation(variance, spec.epsilon());
      if (gradient != null) {
        float share = pass.rows() * spec.momentum();
        gradient[runningMean + j] += share * (c[mean + j] - pass.weights()[runningMean + j]);
        if (count > 1) {
          float unbiased = s[so + j] / (count - 1);
          gradient[runningVariance + j] += share * (unbiased - pass.weights()[runningVariance + j]);
        }
      }
    }
  }

  /** gamma / deviation, into the coefficients. */
  private void factors(Pass pass) {
    float[] c = coefficients.array();
    int factor = coefficients.offset() + channels;
    Norms.copy(pass.weights(), gamma, 1, channels, c, factor);
    for (int j = 0; j < channels; j++) {
      c[factor + j] *= inverse.array()[inverse.offset() + j];
    }
  }
}
