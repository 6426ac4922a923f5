package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Convolution;
import io.gradflow.common.array.Window;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The executable twin of {@link Conv2d} and {@link Conv1d}. */
final class ConvolutionLayer implements Layer {
  private final Convolution convolution;
  private final int kernel;
  private final PackedParts kernels;
  private final PackedParts transposedKernels;
  private final int positions;
  private final BiasActivation biasActivation;
  private final Buffer input;
  private final Buffer product;
  private final Buffer output;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  private ConvolutionLayer(
      Window window,
      int groups,
      int filters,
      Activation activation,
      boolean useBias,
      Binding binding) {
    Set<Convolution.Use> uses = EnumSet.of(Convolution.Use.FORWARD);
    this.inputGradient = binding.inputGradient(0);
    if (binding.hasBackward()) {
      uses.add(Convolution.Use.KERNEL_GRADIENT);
    }
    if (inputGradient.isPresent()) {
      uses.add(Convolution.Use.INPUT_GRADIENT);
    }
    this.convolution =
        new Convolution(binding.gemm(), window, groups, filters, uses, binding::scratch);
    this.kernel = binding.paramOffset("kernel");
    this.kernels = new PackedParts(binding, "kernel", convolution.kernelParts(), false);
    this.transposedKernels =
        new PackedParts(binding, "kernel", convolution.transposedParts(), true);
    this.positions = window.positions();
    this.biasActivation =
        new BiasActivation(
            activation, useBias ? binding.paramOffset("bias") : -1, filters, binding);
    this.input = binding.inputs().get(0);
    this.product = biasActivation.product();
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
  }

  /** A convolution, by channels where each is a group of its own. */
  static Layer of(
      Window window,
      int groups,
      int filters,
      Activation activation,
      boolean useBias,
      Binding binding) {
    return groups > 1 && groups == window.channels()
        ? new DepthwiseLayer(window, filters / groups, activation, useBias, binding)
        : new ConvolutionLayer(window, groups, filters, activation, useBias, binding);
  }

  static void requireGroups(String layer, int groups, int filters) {
    if (groups < 1 || filters % groups != 0) {
      throw new IllegalArgumentException(
          layer + " groups " + groups + "; expected a divisor of filters " + filters);
    }
  }

  static void requireDivides(int groups, int channels) {
    if (channels % groups != 0) {
      throw new IllegalArgumentException(
          "input of " + channels + " channels; expected a multiple of groups " + groups);
    }
  }

  @Override
  public void forward(Pass pass) {
    beginForward(pass);
    for (int r = 0; r < pass.rows(); r++) {
      forward(pass, r);
    }
  }

  /** What forward does before the first row. */
  void beginForward(Pass pass) {
    if (kernels.isIn(pass)) {
      convolution.useKernel(kernels.matrices());
    } else {
      convolution.packKernel(pass.weights(), kernel);
    }
  }

  /** Forward of one row. */
  void forward(Pass pass, int r) {
    convolution.forward(
        input.array(),
        input.offset() + r * input.width(),
        product.array(),
        product.offset() + r * product.width());
    biasActivation.forward(r * positions, positions, pass);
  }

  @Override
  public void backward(Pass pass) {
    beginBackward(pass);
    for (int r = 0; r < pass.rows(); r++) {
      backward(pass, r, r);
    }
  }

  /** What backward does before the first row. */
  void beginBackward(Pass pass) {
    if (inputGradient.isEmpty()) {
      return;
    }
    if (transposedKernels.isIn(pass)) {
      convolution.useTransposed(transposedKernels.matrices());
    } else {
      convolution.packTransposed(pass.weights(), kernel);
    }
  }

  /** Backward of one row, whose output gradient is in row {@code at} of that buffer. */
  void backward(Pass pass, int r, int at) {
    int dy = outputGradient.offset() + at * outputGradient.width();
    biasActivation.backward(r * positions, at * positions, positions, pass);
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
          outputGradient.array(), dy, dx.array(), dx.offset() + r * dx.width());
    }
  }

  Buffer output() {
    return output;
  }

  Buffer outputGradient() {
    return outputGradient;
  }
}
