package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Convolution;
import io.gradflow.common.array.Shape;
import io.gradflow.common.array.Window;
import io.gradflow.common.array.WindowAxis;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * Transposed convolution, the map whose transpose a {@link Conv2d} is: every input spreads the
 * kernel over the output, which it enlarges by the stride. y = f(x *^T K + b).
 *
 * <p>Shapes: x [H, W, C], kernel K [KH, KW, filters / groups, C] as in Keras (PyTorch's weight [C,
 * filters / groups, KH, KW] with axes (2, 3, 1, 0)), bias b [filters], y [H', W', filters]. With
 * span s = (KH - 1) dilation + 1: {@code valid} gives H' = (H - 1) stride + max(s, stride), {@code
 * same} gives H stride as in Keras, {@code explicit} padding p cuts the full result (H - 1) stride
 * + s by p on each side as in PyTorch, which has an outputPadding for what Keras's two give.
 *
 * @param filters channels of the output
 * @param kernel height and width of what an input spreads
 * @param stride from one input's place in the output to the next's
 * @param padding of the convolution that this is the transpose of
 * @param dilation from one tap of the kernel to the next
 * @param groups parts of the channels that do not see each other; divides C and filters
 * @param activation f
 * @param kernelInitializer start of K; fanIn counts the receptive field times filters, as in both
 * @param biasInitializer start of b
 * @param useBias whether there is a b
 */
@Kind("transposedConv2d")
@Formula(
    value =
        "y = f(x *^T K + b): every input adds its multiple of the kernel at stride times its place",
    shapes = "x [H, W, C], K [KH, KW, filters / groups, C], b [filters] -> [H', W', filters]")
@Doc("Transposed convolution of images: each input spreads the kernel over a larger output.")
public record TransposedConv2d(
    @Doc("Channels of the output.") int filters,
    @Doc("Height and width of the kernel; one number for both.") List<Integer> kernel,
    @Doc("How much larger the output is; one number for both axes.") @Default("1")
        List<Integer> stride,
    @Doc("What is cut from the output: same (input times stride), valid or {explicit: ...}.")
        @Default("valid")
        Padding padding,
    @Doc("Distance of the kernel's taps; one number for both axes.") @Default("1")
        List<Integer> dilation,
    @Doc("Groups of channels that do not see each other; divides channels and filters.")
        @Default("1")
        int groups,
    @Doc("Function applied to the result.") @Default("identity") Activation activation,
    @Doc("Start of the kernel.") @Default("glorotUniform") Initializer kernelInitializer,
    @Doc("Start of the bias.") @Default("zeros") Initializer biasInitializer,
    @Doc("Whether a bias is added.") @Default("true") boolean useBias)
    implements LayerSpec {
  public TransposedConv2d {
    if (filters < 1) {
      throw new IllegalArgumentException(
          "transposedConv2d filters " + filters + "; expected at least 1");
    }
    kernel = Windows.perAxis("transposedConv2d kernel", kernel, 2);
    stride = Windows.perAxis("transposedConv2d stride", stride, 2);
    dilation = Windows.perAxis("transposedConv2d dilation", dilation, 2);
    ConvolutionLayer.requireGroups("transposedConv2d", groups, filters);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    Window window = window(input);
    ConvolutionLayer.requireDivides(groups, input.dim(-1));
    return Shape.of(window.height().in(), window.width().in(), filters);
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    int channels = Inputs.lastAxis(Inputs.only(inputs));
    Shape shape = Shape.of(kernel.get(0), kernel.get(1), filters / groups, channels);
    List<ParamSpec> params = new ArrayList<>();
    params.add(new ParamSpec("kernel", shape, kernelInitializer, true));
    if (useBias) {
      params.add(new ParamSpec("bias", Shape.of(filters), biasInitializer, true));
    }
    return params;
  }

  @Override
  public Optional<Activation> outputActivation() {
    return Optional.of(activation);
  }

  @Override
  public Layer bind(Binding binding) {
    return new TransposedLayer(this, window(binding.inputShapes().get(0)), binding);
  }

  /** The window of the convolution from the output to the input. */
  private Window window(Shape input) {
    Windows.requireRank(input, 2);
    return new Window(axis(0, input.dim(0)), axis(1, input.dim(1)), filters);
  }

  private WindowAxis axis(int axis, int in) {
    int step = stride.get(axis);
    int span = WindowAxis.span(kernel.get(axis), dilation.get(axis));
    int full = Math.addExact(Math.multiplyExact(in - 1, step), span);
    int out;
    int before;
    if (padding instanceof Padding.Explicit explicit) {
      List<Integer> sides = Windows.sides("explicit padding amounts", explicit.amounts(), 2);
      before = sides.get(2 * axis);
      out = full - before - sides.get(2 * axis + 1);
      if (out < 1) {
        throw new IllegalArgumentException(
            "padding "
                + explicit.amounts()
                + " leaves nothing of an output of "
                + full
                + " on axis "
                + axis);
      }
    } else if (padding instanceof Padding.Same) {
      out = Math.multiplyExact(in, step);
      before = Math.max(0, full - out) / 2;
    } else {
      out = Math.max(full, Math.multiplyExact(in, step));
      before = 0;
    }
    return new WindowAxis(out, kernel.get(axis), step, dilation.get(axis), before, in);
  }
}

/** The executable twin of {@link TransposedConv2d}: a convolution with its directions swapped. */
final class TransposedLayer implements Layer {
  private final Convolution convolution;
  private final int kernel;
  private final int positions;
  private final BiasActivation biasActivation;
  private final Buffer input;
  private final Buffer product;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  TransposedLayer(TransposedConv2d spec, Window window, Binding binding) {
    this.inputGradient = binding.inputGradient(0);
    EnumSet<Convolution.Use> uses = EnumSet.of(Convolution.Use.INPUT_GRADIENT);
    if (binding.hasBackward()) {
      uses.add(Convolution.Use.KERNEL_GRADIENT);
    }
    if (inputGradient.isPresent()) {
      uses.add(Convolution.Use.FORWARD);
    }
    int channels = Inputs.lastAxis(binding.inputShapes().get(0));
    this.convolution =
        new Convolution(binding.gemm(), window, spec.groups(), channels, uses, binding::scratch);
    this.kernel = binding.paramOffset("kernel");
    this.positions = window.height().in() * window.width().in();
    int bias = spec.useBias() ? binding.paramOffset("bias") : -1;
    this.biasActivation = new BiasActivation(spec.activation(), bias, spec.filters(), binding);
    this.input = binding.inputs().get(0);
    this.product = biasActivation.product();
    this.outputGradient = binding.outputGradient();
  }

  @Override
  public void forward(Pass pass) {
    convolution.packTransposed(pass.weights(), kernel);
    for (int r = 0; r < pass.rows(); r++) {
      convolution.inputGradient(
          input.array(),
          input.offset() + r * input.width(),
          product.array(),
          product.offset() + r * product.width());
      biasActivation.forward(r * positions, positions, pass);
    }
  }

  @Override
  public void backward(Pass pass) {
    if (inputGradient.isPresent()) {
      convolution.packKernel(pass.weights(), kernel);
    }
    float[] dy = outputGradient.array();
    for (int r = 0; r < pass.rows(); r++) {
      int at = outputGradient.offset() + r * outputGradient.width();
      biasActivation.backward(r * positions, r * positions, positions, pass);
      convolution.kernelGradient(
          dy, at, input.array(), input.offset() + r * input.width(), pass.gradient(), kernel);
      if (inputGradient.isPresent()) {
        Buffer dx = inputGradient.get();
        convolution.forward(dy, at, dx.array(), dx.offset() + r * dx.width());
      }
    }
  }
}
