package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Gemm;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A fully connected layer along the last axis: y = f(x W + b).
 *
 * <p>Shapes: x [..., in], kernel W [in, units] (the transpose of PyTorch's {@code Linear.weight}),
 * bias b [units], y [..., units]. Leading axes are treated like rows, as in Keras and PyTorch; put
 * {@link Flatten} in front to connect all elements. A single number counts as [1].
 *
 * @param units width of the output
 * @param activation f
 * @param kernelInitializer start of W
 * @param biasInitializer start of b
 * @param useBias whether there is a b
 */
@Kind("dense")
@Formula(value = "y = f(x W + b)", shapes = "x [..., in], W [in, units], b [units] -> [..., units]")
@Doc("Fully connected along the last axis: y = f(x W + b).")
public record Dense(
    @Doc("Width of the output.") int units,
    @Doc("Function applied to the result.") @Default("identity") Activation activation,
    @Doc("Start of the kernel.") @Default("glorotUniform") Initializer kernelInitializer,
    @Doc("Start of the bias.") @Default("zeros") Initializer biasInitializer,
    @Doc("Whether a bias is added.") @Default("true") boolean useBias)
    implements LayerSpec {
  public Dense {
    if (units < 1) {
      throw new IllegalArgumentException("dense units " + units + "; expected at least 1");
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    List<Integer> dims = new ArrayList<>(Inputs.only(inputs).dims());
    if (!dims.isEmpty()) {
      dims.remove(dims.size() - 1);
    }
    dims.add(units);
    return new Shape(dims);
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    Shape kernel = Shape.of(Inputs.lastAxis(Inputs.only(inputs)), units);
    List<ParamSpec> params = new ArrayList<>();
    params.add(new ParamSpec("kernel", kernel, kernelInitializer, true));
    if (useBias) {
      params.add(new ParamSpec("bias", Shape.of(units), biasInitializer, true));
    }
    return params;
  }

  @Override
  public Optional<Activation> outputActivation() {
    return Optional.of(activation);
  }

  @Override
  public Optional<LayerSpec> stepwise(List<Shape> inputs) {
    return Inputs.eachStep(this, inputs);
  }

  @Override
  public Layer bind(Binding binding) {
    return new DenseLayer(this, binding);
  }
}

/** The executable twin of {@link Dense}. */
final class DenseLayer implements Layer {
  private final Gemm gemm;
  private final int in;
  private final int units;
  private final int vectors;
  private final int kernel;
  private final boolean overwritesKernel;
  private final WeightMatrix weights;
  private final WeightMatrix transposedWeights;
  private final BiasActivation biasActivation;
  private final Buffer input;
  private final Buffer product;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  DenseLayer(Dense spec, Binding binding) {
    Shape inputShape = binding.inputShapes().get(0);
    this.gemm = binding.gemm();
    this.in = Inputs.lastAxis(inputShape);
    this.units = spec.units();
    this.vectors = inputShape.size() / in;
    this.kernel = binding.paramOffset("kernel");
    this.overwritesKernel = binding.overwrites("kernel");
    this.weights = binding.weightMatrix("kernel", false);
    this.transposedWeights = binding.weightMatrix("kernel", true);
    this.biasActivation =
        new BiasActivation(
            spec.activation(), spec.useBias() ? binding.paramOffset("bias") : -1, units, binding);
    this.input = binding.inputs().get(0);
    this.product = biasActivation.product();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
  }

  @Override
  public void forward(Pass pass) {
    int m = pass.rows() * vectors;
    weights.multiply(
        pass, m, input.array(), input.offset(), in, 0, product.array(), product.offset(), units);
    biasActivation.forward(m, pass);
  }

  @Override
  public void backward(Pass pass) {
    int m = pass.rows() * vectors;
    biasActivation.backward(m, pass);
    gemm.multiply(
        true,
        false,
        in,
        units,
        m,
        input.array(),
        input.offset(),
        in,
        outputGradient.array(),
        outputGradient.offset(),
        units,
        overwritesKernel && pass.forgetsGradient() ? 0 : 1,
        pass.gradient(),
        kernel,
        units);
    if (inputGradient.isPresent()) {
      transposedWeights.multiply(
          pass,
          m,
          outputGradient.array(),
          outputGradient.offset(),
          units,
          0,
          inputGradient.get().array(),
          inputGradient.get().offset(),
          in);
    }
  }
}
