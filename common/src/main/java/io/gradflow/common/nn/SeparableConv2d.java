package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Convolution;
import io.gradflow.common.array.DepthwiseConvolution;
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
 * A convolution of each channel by itself, then one across channels at every position: y = f((x *
 * D) P + b). Chollet (2017), "Xception", arXiv:1610.02357; nothing between the two, as there.
 *
 * <p>Shapes: x [H, W, C], depthwise kernel D [KH, KW, 1, C multiplier], pointwise kernel P [1, 1, C
 * multiplier, filters], bias b [filters], y [H', W', filters]. The depthwise result is not stored
 * but computed again in backward.
 *
 * @param filters channels of the output
 * @param kernel height and width of the window
 * @param multiplier channels between the two for each input channel
 * @param stride from one window to the next
 * @param padding zeros around the input
 * @param dilation from one tap of the window to the next
 * @param activation f
 * @param kernelInitializer start of D and P
 * @param biasInitializer start of b
 * @param useBias whether there is a b
 */
@Kind("separableConv2d")
@Formula(
    value = "y = f((x * D) P + b), D by channel, P across channels",
    shapes =
        "x [H, W, C], D [KH, KW, 1, C multiplier], P [1, 1, C multiplier, filters], b [filters] ->"
            + " [H', W', filters]")
@Doc("Convolution of each channel by itself, then across channels at every position.")
public record SeparableConv2d(
    @Doc("Channels of the output.") int filters,
    @Doc("Height and width of the window; one number for both.") List<Integer> kernel,
    @Doc("Channels between the two convolutions per input channel.") @Default("1") int multiplier,
    @Doc("Steps of the window; one number for both axes.") @Default("1") List<Integer> stride,
    @Doc("Zeros around the input: same, valid or {explicit: ...}.") @Default("valid")
        Padding padding,
    @Doc("Distance of the window's taps; one number for both axes.") @Default("1")
        List<Integer> dilation,
    @Doc("Function applied to the result.") @Default("identity") Activation activation,
    @Doc("Start of both kernels.") @Default("glorotUniform") Initializer kernelInitializer,
    @Doc("Start of the bias.") @Default("zeros") Initializer biasInitializer,
    @Doc("Whether a bias is added.") @Default("true") boolean useBias)
    implements LayerSpec {
  static final String DEPTHWISE = "depthwiseKernel";
  static final String POINTWISE = "pointwiseKernel";

  public SeparableConv2d {
    if (filters < 1) {
      throw new IllegalArgumentException(
          "separableConv2d filters " + filters + "; expected at least 1");
    }
    kernel = Windows.perAxis("separableConv2d kernel", kernel, 2);
    stride = Windows.perAxis("separableConv2d stride", stride, 2);
    dilation = Windows.perAxis("separableConv2d dilation", dilation, 2);
    Windows.requireAtLeast("separableConv2d multiplier", List.of(multiplier), 1);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    return Windows.outputShape(input, window(input), filters);
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    int between = Math.multiplyExact(Inputs.lastAxis(Inputs.only(inputs)), multiplier);
    Shape depthwise = Shape.of(kernel.get(0), kernel.get(1), 1, between);
    Shape pointwise = Shape.of(1, 1, between, filters);
    List<ParamSpec> params = new ArrayList<>();
    params.add(new ParamSpec(DEPTHWISE, depthwise, kernelInitializer, true));
    params.add(new ParamSpec(POINTWISE, pointwise, kernelInitializer, true));
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
    return new SeparableLayer(this, window(binding.inputShapes().get(0)), binding);
  }

  private Window window(Shape input) {
    return Windows.over(input, kernel, stride, dilation, padding);
  }
}

/** The executable twin of {@link SeparableConv2d}. */
final class SeparableLayer implements Layer {
  private final DepthwiseConvolution depthwise;
  private final Convolution pointwise;
  private final int depthwiseKernel;
  private final int pointwiseKernel;
  private final int positions;
  private final BiasActivation biasActivation;
  private final Buffer input;

  /** One image between the two convolutions, and its gradient. */
  private final Buffer between;

  private final Buffer betweenGradient;
  private final Buffer product;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  SeparableLayer(SeparableConv2d spec, Window window, Binding binding) {
    int channels = window.channels() * spec.multiplier();
    this.positions = window.positions();
    WindowAxis along = new WindowAxis(positions, 1, 1, 1, 0, positions);
    Window every = new Window(WindowAxis.single(), along, channels);
    EnumSet<Convolution.Use> uses =
        binding.hasBackward()
            ? EnumSet.allOf(Convolution.Use.class)
            : EnumSet.of(Convolution.Use.FORWARD);
    this.depthwise = new DepthwiseConvolution(window, spec.multiplier(), binding::scratch);
    this.pointwise =
        new Convolution(binding.gemm(), every, 1, spec.filters(), uses, binding::scratch);
    this.depthwiseKernel = binding.paramOffset(SeparableConv2d.DEPTHWISE);
    this.pointwiseKernel = binding.paramOffset(SeparableConv2d.POINTWISE);
    this.between = binding.scratch(positions * channels);
    this.betweenGradient = binding.hasBackward() ? binding.scratch(positions * channels) : null;
    int bias = spec.useBias() ? binding.paramOffset("bias") : -1;
    this.biasActivation = new BiasActivation(spec.activation(), bias, spec.filters(), binding);
    this.input = binding.inputs().get(0);
    this.product = biasActivation.product();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
  }

  @Override
  public void forward(Pass pass) {
    pointwise.packKernel(pass.weights(), pointwiseKernel);
    for (int r = 0; r < pass.rows(); r++) {
      forwardDepthwise(pass, r);
      pointwise.forward(
          between.array(),
          between.offset(),
          product.array(),
          product.offset() + r * product.width());
      biasActivation.forward(r * positions, positions, pass);
    }
  }

  private void forwardDepthwise(Pass pass, int r) {
    depthwise.forward(
        input.array(),
        input.offset() + r * input.width(),
        pass.weights(),
        depthwiseKernel,
        between.array(),
        between.offset());
  }

  @Override
  public void backward(Pass pass) {
    pointwise.packTransposed(pass.weights(), pointwiseKernel);
    float[] dy = outputGradient.array();
    float[] dz = betweenGradient.array();
    for (int r = 0; r < pass.rows(); r++) {
      int x = input.offset() + r * input.width();
      int at = outputGradient.offset() + r * outputGradient.width();
      biasActivation.backward(r * positions, r * positions, positions, pass);
      forwardDepthwise(pass, r);
      pointwise.kernelGradient(
          between.array(), between.offset(), dy, at, pass.gradient(), pointwiseKernel);
      pointwise.inputGradient(dy, at, dz, betweenGradient.offset());
      depthwise.kernelGradient(
          input.array(), x, dz, betweenGradient.offset(), pass.gradient(), depthwiseKernel);
      if (inputGradient.isPresent()) {
        Buffer dx = inputGradient.get();
        depthwise.inputGradient(
            dz,
            betweenGradient.offset(),
            pass.weights(),
            depthwiseKernel,
            dx.array(),
            dx.offset() + r * dx.width());
      }
    }
  }
}
