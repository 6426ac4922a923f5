package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.DepthwiseConvolution;
import io.gradflow.common.array.Window;
import java.util.Optional;

/** The executable twin of {@link DepthwiseConv2d}, and of convolutions of one channel a group. */
final class DepthwiseLayer implements Layer {
  private final DepthwiseConvolution convolution;
  private final int kernel;
  private final int positions;
  private final BiasActivation biasActivation;
  private final Buffer input;
  private final Buffer product;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  DepthwiseLayer(
      Window window, int multiplier, Activation activation, boolean useBias, Binding binding) {
    this.convolution = new DepthwiseConvolution(window, multiplier, binding::scratch);
    this.kernel = binding.paramOffset("kernel");
    this.positions = window.positions();
    int channels = window.channels() * multiplier;
    this.biasActivation =
        new BiasActivation(
            activation, useBias ? binding.paramOffset("bias") : -1, channels, binding);
    this.input = binding.inputs().get(0);
    this.product = biasActivation.product();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
  }

  @Override
  public void forward(Pass pass) {
    for (int r = 0; r < pass.rows(); r++) {
      convolution.forward(
          input.array(),
          input.offset() + r * input.width(),
          pass.weights(),
          kernel,
          product.array(),
          product.offset() + r * product.width());
      biasActivation.forward(r * positions, positions, pass);
    }
  }

  @Override
  public void backward(Pass pass) {
    for (int r = 0; r < pass.rows(); r++) {
      int dy = outputGradient.offset() + r * outputGradient.width();
      biasActivation.backward(r * positions, r * positions, positions, pass);
      convolution.kernelGradient(
          input.array(),
          input.offset() + r * input.width(),
          outputGradient.array(),
          dy,
          pass.gradient(),
          kernel);
      if (inputGradient.isPresent()) {
        Buffer dx = inputGradient.get();
        convolution.inputGradient(
            outputGradient.array(),
            dy,
            pass.weights(),
            kernel,
            dx.array(),
            dx.offset() + r * dx.width());
      }
    }
  }
}
