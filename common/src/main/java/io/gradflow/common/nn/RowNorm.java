package io.gradflow.common.nn;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.NormKernels;
import java.util.Optional;

/**
 * The executable twin of {@link LayerNorm} and {@link RmsNorm}: every vector along the last axis is
 * normalized by itself.
 */
final class RowNorm implements Layer {
  private final boolean centred;
  private final float epsilon;
  private final int width;
  private final int vectors;
  private final int gamma;
  private final int beta;
  private final Buffer input;
  private final Buffer output;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  /** [vectors]: what forward found. */
  private final Buffer means;

  private final Buffer inverses;

  /** One vector's h and g. */
  private final Buffer standardized;

  private final Buffer scaled;

  /**
   * @param centred whether the mean is taken off
   * @param gamma offset in the flat vector, or {@link Norms#NONE}; so beta
   */
  RowNorm(boolean centred, float epsilon, int gamma, int beta, Binding binding) {
    this.centred = centred;
    this.epsilon = epsilon;
    this.width = Inputs.lastAxis(binding.inputShapes().get(0));
    this.vectors = binding.inputShapes().get(0).size() / width;
    this.gamma = gamma;
    this.beta = beta;
    this.input = binding.inputs().get(0);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
    this.means = binding.rows(vectors);
    this.inverses = binding.rows(vectors);
    this.standardized = binding.scratch(width);
    this.scaled = binding.scratch(width);
  }

  @Override
  public void forward(Pass pass) {
    float[] x = input.array();
    float[] y = output.array();
    for (int v = 0; v < pass.rows() * vectors; v++) {
      int xo = input.offset() + v * width;
      int yo = output.offset() + v * width;
      float mean = centred ? (float) (ArrayKernels.sum(width, x, xo) / width) : 0;
      float variance = NormKernels.squares(width, mean, x, xo) / width;
      float inverse = Norms.inverseDeviation(variance, epsilon);
      means.array()[means.offset() + v] = mean;
      inverses.array()[inverses.offset() + v] = inverse;
      NormKernels.standardize(width, mean, inverse, x, xo, y, yo);
      if (gamma != Norms.NONE) {
        ArrayKernels.multiply(width, y, yo, pass.weights(), gamma, y, yo);
      }
      if (beta != Norms.NONE) {
        ArrayKernels.addInPlace(width, y, yo, pass.weights(), beta);
      }
    }
  }

  @Override
  public void backward(Pass pass) {
    float[] h = standardized.array();
    int ho = standardized.offset();
    float[] dy = outputGradient.array();
    for (int v = 0; v < pass.rows() * vectors; v++) {
      int dyo = outputGradient.offset() + v * width;
      float inverse = inverses.array()[inverses.offset() + v];
      float mean = means.array()[means.offset() + v];
      NormKernels.standardize(
          width, mean, inverse, input.array(), input.offset() + v * width, h, ho);
      if (gamma != Norms.NONE) {
        NormKernels.multiplyAdd(width, dy, dyo, h, ho, pass.gradient(), gamma);
      }
      if (beta != Norms.NONE) {
        ArrayKernels.addInPlace(width, pass.gradient(), beta, dy, dyo);
      }
      if (inputGradient.isPresent()) {
        Buffer dx = inputGradient.get();
        inputGradient(pass, dyo, inverse, dx.array(), dx.offset() + v * width);
      }
    }
  }

  private void inputGradient(Pass pass, int dyo, float inverse, float[] dx, int dxo) {
    float[] h = standardized.array();
    int ho = standardized.offset();
    float[] g = outputGradient.array();
    int go = dyo;
    if (gamma != Norms.NONE) {
      g = scaled.array();
      go = scaled.offset();
      ArrayKernels.multiply(width, outputGradient.array(), dyo, pass.weights(), gamma, g, go);
    }
    float shift = centred ? (float) (ArrayKernels.sum(width, g, go) / width) : 0;
    float slope = (float) (ArrayKernels.dot(width, g, go, h, ho) / width);
    NormKernels.standardizeBackward(width, inverse, shift, slope, h, ho, g, go, dx, dxo);
  }
}
