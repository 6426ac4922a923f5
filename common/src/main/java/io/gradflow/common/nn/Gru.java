package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.RecurrentKernels;
import io.gradflow.common.array.RowKernels;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gated recurrent unit, the reset gate after the product: r, u = sigmoid(x W + h U + b), n = tanh(x
 * W + b + r (h U + d)), each with its own columns; h = (1 - u) n + u h.
 *
 * <p>Shapes: x [T, in], initial state h [units] if given, kernel W [in, 3 units], recurrent kernel
 * U [units, 3 units], bias b [3 units], recurrent bias d [units], columns in the order r, u, n of
 * PyTorch; output [T, units] or [units].
 *
 * <p>Source: Cho et al. (2014), arXiv:1406.1078. The paper resets h before the product; this is the
 * variant of PyTorch and cuDNN (in Keras {@code reset_after}), one product a step. PyTorch's second
 * bias for r and u is part of b, since only the sum acts.
 *
 * @param units width of the state
 * @param returnSequences whether every state is put out, or the last
 * @param goBackwards whether the last step is taken first
 * @param tbptt steps that the gradient reaches back, see {@link Recurrent}
 */
@Kind("gru")
@Formula(
    value = "r, u = sigmoid(x W + h U + b), n = tanh(x W + b + r (h U + d)), h = (1 - u) n + u h",
    shapes =
        "x [T, in], W [in, 3 units], U [units, 3 units], b [3 units] in the order r, u, n, d"
            + " [units] -> [T, units], or [units] of the last step")
@Doc("Gated recurrent unit along the first axis, reset after the product: h = (1 - u) n + u h.")
public record Gru(
    @Doc("Width of the state.") int units,
    @Doc("Whether every state is put out, or only the last.") @Default("false")
        boolean returnSequences,
    @Doc("Whether the last step is taken first.") @Default("false") boolean goBackwards,
    @Doc("Gradients stay within windows of so many steps; 0 for no limit.") @Default("0") int tbptt,
    @Doc("Start of the kernel.") @Default("glorotUniform") Initializer kernelInitializer,
    @Doc("Start of the recurrent kernel.") @Default("orthogonal") Initializer recurrentInitializer,
    @Doc("Start of the biases.") @Default("zeros") Initializer biasInitializer)
    implements Recurrent {
  private static final int GATES = 3;

  public Gru {
    Recurrent.requireValid("gru", units, tbptt);
  }

  @Override
  public Recurrent reversed() {
    return new Gru(
        units,
        returnSequences,
        !goBackwards,
        tbptt,
        kernelInitializer,
        recurrentInitializer,
        biasInitializer);
  }

  @Override
  public Recurrent untruncated() {
    return new Gru(
        units,
        returnSequences,
        goBackwards,
        0,
        kernelInitializer,
        recurrentInitializer,
        biasInitializer);
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    List<ParamSpec> params =
        new ArrayList<>(
            params(inputs, GATES, kernelInitializer, recurrentInitializer, biasInitializer));
    params.add(new ParamSpec("recurrentBias", Shape.of(units), biasInitializer, true));
    return params;
  }

  @Override
  public Layer bind(Binding binding) {
    return new RecurrentLayer(this, GATES, binding, layer -> new GruCell(layer, binding));
  }
}

/** The cell of {@link Gru}. */
final class GruCell implements RecurrentCell {
  private final RecurrentLayer layer;
  private final int units;
  private final int recurrentBias;

  /** [rows, T, units]: the state's part of n, before the reset; backward its gradient. */
  private final Buffer products;

  GruCell(RecurrentLayer layer, Binding binding) {
    this.layer = layer;
    this.units = layer.units();
    this.recurrentBias = binding.paramOffset("recurrentBias");
    this.products = binding.rows(layer.before().width());
  }

  @Override
  public void forward(Pass pass, int row, int at, int before) {
    RecurrentKernels.gru(
        units,
        layer.gates().array(),
        layer.gates().offset() + at * 3 * units,
        layer.product().array(),
        layer.product().offset() + row * 3 * units,
        pass.weights(),
        layer.bias(),
        pass.weights(),
        recurrentBias,
        products.array(),
        products.offset() + at * units,
        layer.state().array(),
        layer.state().offset() + row * units);
  }

  /** A masked step's part of the recurrent kernel's gradient is 0. */
  @Override
  public void hold(int row, int at, int before) {
    int from = products.offset() + at * units;
    Arrays.fill(products.array(), from, from + units, 0f);
  }

  @Override
  public void backward(Pass pass, int row, int at, int before) {
    RecurrentKernels.gruBackward(
        units,
        layer.gates().array(),
        layer.gates().offset() + at * 3 * units,
        products.array(),
        products.offset() + at * units,
        layer.before().array(),
        layer.before().offset() + at * units,
        layer.state().array(),
        layer.state().offset() + row * units,
        layer.product().array(),
        layer.product().offset() + row * 3 * units);
  }

  @Override
  public void addRecurrentGradient(Pass pass, int steps) {
    layer.addRecurrentGradient(pass, steps, 0, 2 * units, layer.gates(), 3 * units);
    layer.addRecurrentGradient(pass, steps, 2 * units, units, products, units);
    RowKernels.columnSums(
        steps, units, products.array(), products.offset(), pass.gradient(), recurrentBias);
  }
}
