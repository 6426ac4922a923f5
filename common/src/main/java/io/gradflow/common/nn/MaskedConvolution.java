package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import java.util.List;
import java.util.Optional;

/**
 * A convolution along time over a masked sequence: steps that do not count are zeros to it and get
 * no gradient. Output step t counts if any of the steps t stride ... t stride + stride - 1 does, so
 * a sequence of n steps comes to n / stride, rounded up.
 */
final class MaskedConvolution implements Layer {
  private final int steps;
  private final int channels;
  private final int stride;
  private final Buffer input;
  private final Buffer mask;
  private final Buffer cleared;
  private final Buffer outputMask;
  private final Optional<Buffer> inputGradient;
  private final Layer convolution;

  /**
   * @param binding whose input 0, [T, channels], is masked
   */
  MaskedConvolution(Conv1d spec, Shape output, Binding binding) {
    Shape shape = binding.inputShapes().get(0);
    this.steps = shape.dim(0);
    this.channels = shape.dim(1);
    this.stride = spec.stride();
    this.input = binding.inputs().get(0);
    this.mask = binding.inputMask(0).orElseThrow();
    this.cleared = binding.rows(shape.size());
    this.outputMask = binding.outputMask().orElseThrow();
    this.inputGradient = binding.inputGradient(0);
    InnerLayers inner = new InnerLayers(binding);
    InnerLayers.Value x = new InnerLayers.Value(shape, cleared, inputGradient, Optional.empty());
    this.convolution = inner.bind(spec, List.of(x), inner.output(output));
  }

  @Override
  public void forward(Pass pass) {
    System.arraycopy(
        input.array(),
        input.offset(),
        cleared.array(),
        cleared.offset(),
        pass.rows() * steps * channels);
    MaskedSteps.clear(pass.rows() * steps, mask, cleared, channels);
    int out = outputMask.width();
    for (int row = 0; row < pass.rows(); row++) {
      for (int t = 0; t < out; t++) {
        outputMask.array()[outputMask.offset() + row * out + t] = counts(row, t) ? 1 : 0;
      }
    }
    convolution.forward(pass);
  }

  @Override
  public void backward(Pass pass) {
    convolution.backward(pass);
    if (inputGradient.isPresent()) {
      MaskedSteps.clear(pass.rows() * steps, mask, inputGradient.get(), channels);
    }
  }

  private boolean counts(int row, int out) {
    int end = Math.min(steps, (out + 1) * stride);
    for (int t = out * stride; t < end; t++) {
      if (mask.array()[mask.offset() + row * steps + t] != 0) {
        return true;
      }
    }
    return false;
  }
}
