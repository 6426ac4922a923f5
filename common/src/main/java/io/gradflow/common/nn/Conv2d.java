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
 * Two-dimensional convolution (cross-correlation, as everywhere in the field): y = f(x * K + b).
 *
 * <p>Shapes: x [H, W, C], kernel K [KH, KW, C / groups, filters] (PyTorch's weight [filters, C /
 * groups, KH, KW] with axes (2, 3, 1, 0)), bias b [filters], y [H', W', filters].
 *
 * @param filters channels of the output
 * @param kernel height and width of the window
 * @param stride from one window to the next
 * @param padding zeros around the input
 * @param dilation from one tap of the window to the next
 * @param groups parts of the channels that do not see each other; divides C and filters
 * @param activation f
 * @param kernelInitializer start of K; its fans count the receptive field
 * @param biasInitializer start of b
 * @param useBias whether there is a b
 */
@Kind("conv2d")
@Formula(
    value =
        "y[i, j, :] = f(sum_kl x[i stride + k dilation - before, j stride + l dilation - before, :]"
            + " K[k, l, :, :] + b)",
    shapes = "x [H, W, C], K [KH, KW, C / groups, filters], b [filters] -> [H', W', filters]")
@Doc("Convolution of images [height, width, channels]: y = f(x * K + b).")
public record Conv2d(
    @Doc("Channels of the output.") int filters,
    @Doc("Height and width of the window; one number for both.") List<Integer> kernel,
    @Doc("Steps of the window; one number for both axes.") @Default("1") List<Integer> stride,
    @Doc("Zeros around the input: same, valid or {explicit: ...}.") @Default("valid")
        Padding padding,
    @Doc("Distance of the window's taps; one number for both axes.") @Default("1")
        List<Integer> dilation,
    @Doc("Groups of channels that do not see each other; divides channels and filters.")
        @Default("1")
        int groups,
    @Doc("Function applied to the result.") @Default("identity") Activation activation,
    @Doc("Start of the kernel.") @Default("glorotUniform") Initializer kernelInitializer,
    @Doc("Start of the bias.") @Default("zeros") Initializer biasInitializer,
    @Doc("Whether a bias is added.") @Default("true") boolean useBias)
    implements LayerSpec {
  public Conv2d {
    if (filters < 1) {
      throw new IllegalArgumentException("conv2d filters " + filters + "; expected at least 1");
    }
    kernel = Windows.perAxis("conv2d kernel", kernel, 2);
    stride = Windows.perAxis("conv2d stride", stride, 2);
    dilation = Windows.perAxis("conv2d dilation", dilation, 2);
    ConvolutionLayer.requireGroups("conv2d", groups, filters);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.only(inputs);
    Window window = window(input);
    ConvolutionLayer.requireDivides(groups, window.channels());
    return Windows.outputShape(input, window, filters);
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    int channels = Inputs.lastAxis(Inputs.only(inputs)) / groups;
    Shape shape = Shape.of(kernel.get(0), kernel.get(1), channels, filters);
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
    Window window = window(binding.inputShapes().get(0));
    return ConvolutionLayer.of(window, groups, filters, activation, useBias, binding);
  }

  private Window window(Shape input) {
    return Windows.over(input, kernel, stride, dilation, padding);
  }
}
