package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.RecurrentKernels;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Elman's recurrent network: h = f(x W + h U + b).
 *
 * <p>Shapes: x [T, in], initial state h [units] if given, kernel W [in, units], recurrent kernel U
 * [units, units], bias b [units] (in PyTorch the sum of two); output [T, units] or [units].
 *
 * <p>Source: Elman, Cognitive Science 14 (1990).
 *
 * @param units width of the state
 * @param activation f
 * @param returnSequences whether every state is put out, or the last
 * @param goBackwards whether the last step is taken first
 * @param tbptt steps that the gradient reaches back, see {@link Recurrent}
 */
@Kind("simpleRnn")
@Formula(
    value = "h = f(x W + h U + b), step after step",
    shapes =
        "x [T, in], W [in, units], U [units, units], b [units] -> [T, units], or [units] of the"
            + " last step")
@Doc("Elman's recurrent network along the first axis: h = f(x W + h U + b).")
public record SimpleRnn(
    @Doc("Width of the state.") int units,
    @Doc("Function applied to each state.") @Default("tanh") Activation activation,
    @Doc("Whether every state is put out, or only the last.") @Default("false")
        boolean returnSequences,
    @Doc("Whether the last step is taken first.") @Default("false") boolean goBackwards,
    @Doc("Gradients stay within windows of so many steps; 0 for no limit.") @Default("0") int tbptt,
    @Doc("Start of the kernel.") @Default("glorotUniform") Initializer kernelInitializer,
    @Doc("Start of the recurrent kernel.") @Default("orthogonal") Initializer recurrentInitializer,
    @Doc("Start of the bias.") @Default("zeros") Initializer biasInitializer)
    implements Recurrent {
  public SimpleRnn {
    Recurrent.requireValid("simpleRnn", units, tbptt);
  }

  @Override
  public Optional<Activation> outputActivation() {
    return Optional.of(activation);
  }

  @Override
  public Recurrent reversed() {
    return new SimpleRnn(
        units,
        activation,
        returnSequences,
        !goBackwards,
        tbptt,
        kernelInitializer,
        recurrentInitializer,
        biasInitializer);
  }

  @Override
  public Recurrent untruncated() {
    return new SimpleRnn(
        units,
        activation,
        returnSequences,
        goBackwards,
        0,
        kernelInitializer,
        recurrentInitializer,
        biasInitializer);
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    return params(inputs, 1, kernelInitializer, recurrentInitializer, biasInitializer);
  }

  @Override
  public Layer bind(Binding binding) {
    return new RecurrentLayer(
        this, 1, binding, layer -> new SimpleRnnCell(activation, layer, binding));
  }
}

/** The cell of {@link SimpleRnn}. */
final class SimpleRnnCell implements RecurrentCell {
  private final Activation activation;
  private final RecurrentLayer layer;
  private final int units;

  /** [rows, T, units]. */
  private final Buffer states;

  SimpleRnnCell(Activation activation, RecurrentLayer layer, Binding binding) {
    this.activation = activation;
    this.layer = layer;
    this.units = layer.units();
    this.states = binding.rows(layer.before().width());
  }

  @Override
  public void forward(Pass pass, int row, int at, int before) {
    float[] z = layer.gates().array();
    int zo = layer.gates().offset() + at * units;
    int y = states.offset() + at * units;
    RecurrentKernels.addBoth(
        units,
        layer.product().array(),
        layer.product().offset() + row * units,
        pass.weights(),
        layer.bias(),
        z,
        zo);
    activation.forward(1, units, z, zo, states.array(), y);
    System.arraycopy(
        states.array(), y, layer.state().array(), layer.state().offset() + row * units, units);
  }

  @Override
  public void backward(Pass pass, int row, int at, int before) {
    float[] z = layer.gates().array();
    int zo = layer.gates().offset() + at * units;
    float[] dh = layer.state().array();
    int dho = layer.state().offset() + row * units;
    float[] dz = layer.product().array();
    int dzo = layer.product().offset() + row * units;
    activation.backward(
        1, units, z, zo, states.array(), states.offset() + at * units, dh, dho, dz, dzo);
    System.arraycopy(dz, dzo, z, zo, units);
    Arrays.fill(dh, dho, dho + units, 0f);
  }

  @Override
  public void addRecurrentGradient(Pass pass, int steps) {
    layer.addRecurrentGradient(pass, steps, 0, units, layer.gates(), units);
  }
}
