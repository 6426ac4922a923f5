package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.array.Window;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Convolution of each channel by itself: y = f(x * K + b), a {@link Conv2d} with as many groups as
 * channels.
 *
 * <p>Shapes: x [H, W, C], kernel K [KH, KW, 1, C multiplier], bias b [C multiplier], y [H', W', C
 * multiplier]; channel c gives outputs c multiplier to (c + 1) multiplier - 1, as in PyTorch. Keras
 * keeps the same numbers as [KH, KW, C, multiplier], and counts KH KW C as the kernel's fanIn where
 * PyTorch and this count KH KW.
 *
 * @param kernel height and width of the window
 * @param multiplier outputs a channel
 * @param stride from one window to the next
 * @param padding zeros around the input
 * @param dilation from one tap of the window to the next
 * @param activation f
 * @param kernelInitializer start of K
 * @param biasInitializer start of b
 * @param useBias whether there is a b
 */
@Kind("depthwiseConv2d")
@Formula(
    value = "as conv2d, each channel by itself",
    shapes = "x [H, W, C], K [KH, KW, 1, C multiplier], b [C multiplier] -> [H', W', C multiplier]")
@Doc("Convolution of each channel of an image [height, width, channels] by itself.")
public record DepthwiseConv2d(
    @Doc("Height and width of the window; one number for both.") List<Integer> kernel,
    @Doc("Output channels per input channel.") @Default("1") int multiplier,
    @Doc("Steps of the window; one number for both axes.") @Default("1") List<Integer> stride,
    @Doc("Zeros around the input: same, valid or {explicit: ...}.") @Default("valid")
        Padding padding,
    @Doc("Distance of the window's taps; one number for both axes.") @Default("1")
        List<Integer> dilation,
    @Doc("Function applied to the result.") @Default("identity") Activation activation,
    @Doc("Start of the kernel.") @Default("glorotUniform") Initializer kernelInitializer,
    @Doc("Start of the bias.") @Default("zeros") Initializer biasInitializer,
    @Doc("Whether a bias is added.") @Default("true") boolean useBias)
    implements LayerSpec {
  public DepthwiseConv2d {
    kernel = Windows.perAxis("depthwiseConv2d kernel", kernel, 2);
    stride = Windows.perAxis("depthwiseConv2d stride", stride, 2);
    dilation = Windows.perAxis("depthwiseConv2d dilation", dilation, 2);
    Windows.requireAtLeast("depthwiseConv2d multiplier", List.of(multiplier), 1);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    Window window = window(input);
    return Windows.outputShape(input, window, Math.multiplyExact(window.channels(), multiplier));
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    int channels = Inputs.lastAxis(Inputs.only(inputs)) * multiplier;
    Shape shape = Shape.of(kernel.get(0), kernel.get(1), 1, channels);
    List<ParamSpec> params = new ArrayList<>();
    params.add(new ParamSpec("kernel", shape, kernelInitializer, true));
    if (useBias) {
      params.add(new ParamSpec("bias", Shape.of(channels), biasInitializer, true));
    }
    return params;
  }

  @Override
  public Optional<Activation> outputActivation() {
    return Optional.of(activation);
  }

  @Override
  public Layer bind(Binding binding) {
    Window window = window(binding.inputShapes().get(0));
    return new DepthwiseLayer(window, multiplier, activation, useBias, binding);
  }

  private Window window(Shape input) {
    return Windows.over(input, kernel, stride, dilation, padding);
  }
}
