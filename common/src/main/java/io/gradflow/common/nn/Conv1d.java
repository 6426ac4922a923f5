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
 * Convolution along time: y = f(x * K + b), as {@link Conv2d} with one axis.
 *
 * <p>Of a masked sequence, steps that do not count are zeros, and an output step t counts if any of
 * the steps t stride ... t stride + stride - 1 does.
 *
 * <p>Shapes: x [T, C], kernel K [K, C / groups, filters], bias b [filters], y [T', filters].
 *
 * @param filters channels of the output
 * @param kernel taps of the window
 * @param stride from one window to the next
 * @param padding zeros before and after the input
 * @param dilation from one tap of the window to the next
 * @param groups parts of the channels that do not see each other; divides C and filters
 * @param activation f
 * @param kernelInitializer start of K; its fans count the receptive field
 * @param biasInitializer start of b
 * @param useBias whether there is a b
 */
@Kind("conv1d")
@Formula(
    value = "y[t, :] = f(sum_k x[t stride + k dilation - before, :] K[k, :, :] + b)",
    shapes = "x [T, C], K [kernel, C / groups, filters], b [filters] -> [T', filters]")
@Doc("Convolution of sequences [steps, channels]: y = f(x * K + b).")
public record Conv1d(
    @Doc("Channels of the output.") int filters,
    @Doc("Taps of the window.") int kernel,
    @Doc("Steps of the window.") @Default("1") int stride,
    @Doc("Zeros around the input: same, valid or {explicit: ...}.") @Default("valid")
        Padding padding,
    @Doc("Distance of the window's taps.") @Default("1") int dilation,
    @Doc("Groups of channels that do not see each other; divides channels and filters.")
        @Default("1")
        int groups,
    @Doc("Function applied to the result.") @Default("identity") Activation activation,
    @Doc("Start of the kernel.") @Default("glorotUniform") Initializer kernelInitializer,
    @Doc("Start of the bias.") @Default("zeros") Initializer biasInitializer,
    @Doc("Whether a bias is added.") @Default("true") boolean useBias)
    implements LayerSpec {
  public Conv1d {
    if (filters < 1) {
      throw new IllegalArgumentException("conv1d filters " + filters + "; expected at least 1");
    }
    Windows.requireAtLeast("conv1d kernel", List.of(kernel), 1);
    Windows.requireAtLeast("conv1d stride", List.of(stride), 1);
    Windows.requireAtLeast("conv1d dilation", List.of(dilation), 1);
    ConvolutionLayer.requireGroups("conv1d", groups, filters);
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
    Shape shape = Shape.of(kernel, Inputs.lastAxis(Inputs.only(inputs)) / groups, filters);
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
  public MaskRule maskRule() {
    return MaskRule.DERIVE;
  }

  @Override
  public Layer bind(Binding binding) {
    Window window = window(binding.inputShapes().get(0));
    if (binding.inputMask(0).isPresent()) {
      return new MaskedConvolution(this, outputShape(binding.inputShapes()), binding);
    }
    return ConvolutionLayer.of(window, groups, filters, activation, useBias, binding);
  }

  private Window window(Shape input) {
    return Windows.over(input, List.of(kernel), List.of(stride), List.of(dilation), padding);
  }
}
