package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.RecurrentKernels;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Long short-term memory: i, f, o = sigmoid(x W + h U + b), g = tanh(x W + h U + b), each with its
 * own columns; c = f c + i g; h = o tanh(c).
 *
 * <p>Shapes: x [T, in], initial states h and c [units] if given, kernel W [in, 4 units], recurrent
 * kernel U [units, 4 units], bias b [4 units], columns in the order i, f, g, o of PyTorch and
 * Keras; output [T, units] or [units]. PyTorch has two biases, whose sum is b; Keras starts the
 * forget gate's at 1 as we do.
 *
 * <p>Sources: Hochreiter and Schmidhuber, Neural Computation 9 (1997); forget gates: Gers,
 * Schmidhuber and Cummins (2000).
 *
 * @param units width of the state
 * @param returnSequences whether every state is put out, or the last
 * @param goBackwards whether the last step is taken first
 * @param tbptt steps that the gradient reaches back, see {@link Recurrent}
 * @param forgetBias start of the forget gate's bias
 */
@Kind("lstm")
@Formula(
    value =
        "i, f, o = sigmoid(x W + h U + b), g = tanh(x W + h U + b), c = f c + i g, h = o tanh(c)",
    shapes =
        "x [T, in], W [in, 4 units], U [units, 4 units], b [4 units] in the order i, f, g, o -> [T,"
            + " units], or [units] of the last step")
@Doc("Long short-term memory along the first axis: c = f c + i g, h = o tanh(c).")
public record Lstm(
    @Doc("Width of the state.") int units,
    @Doc("Whether every state is put out, or only the last.") @Default("false")
        boolean returnSequences,
    @Doc("Whether the last step is taken first.") @Default("false") boolean goBackwards,
    @Doc("Gradients stay within windows of so many steps; 0 for no limit.") @Default("0") int tbptt,
    @Doc("Start of the kernel.") @Default("glorotUniform") Initializer kernelInitializer,
    @Doc("Start of the recurrent kernel.") @Default("orthogonal") Initializer recurrentInitializer,
    @Doc("Start of the forget gate's bias; the others start at 0.") @Default("1") float forgetBias)
    implements Recurrent {
  private static final int GATES = 4;

  public Lstm {
    Recurrent.requireValid("lstm", units, tbptt);
    Settings.requireFinite("lstm forgetBias", forgetBias);
  }

  @Override
  public Recurrent reversed() {
    return new Lstm(
        units,
        returnSequences,
        !goBackwards,
        tbptt,
        kernelInitializer,
        recurrentInitializer,
        forgetBias);
  }

  @Override
  public Recurrent untruncated() {
    return new Lstm(
        units,
        returnSequences,
        goBackwards,
        0,
        kernelInitializer,
        recurrentInitializer,
        forgetBias);
  }

  @Override
  public int states() {
    return 2;
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    return params(
        inputs, GATES, kernelInitializer, recurrentInitializer, new ForgetBias(forgetBias));
  }

  @Override
  public Layer bind(Binding binding) {
    return new RecurrentLayer(this, GATES, binding, layer -> new LstmCell(layer, binding));
  }

  /** The bias's start: {@code value} for the second quarter, 0 elsewhere. */
  private record ForgetBias(float value) implements Initializer {
    @Override
    public void fill(long key, Shape shape, float[] weights, int offset) {
      int quarter = shape.size() / GATES;
      for (int i = 0; i < shape.size(); i++) {
        weights[offset + i] = i / quarter == 1 ? value : 0;
      }
    }
  }
}

/** The cell of {@link Lstm}. */
final class LstmCell implements RecurrentCell {
  private final RecurrentLayer layer;
  private final int units;

  /** [rows, T, units]. */
  private final Buffer cells;

  /** [rows, T, units]. */
  private final Buffer tanhCells;

  /** [rows, units]: the cell before the first step. */
  private final Buffer first;

  /** [rows, units]: backward, the gradient by the cell. */
  private final Buffer carry;

  LstmCell(RecurrentLayer layer, Binding binding) {
    this.layer = layer;
    this.units = layer.units();
    this.cells = binding.rows(layer.before().width());
    this.tanhCells = binding.rows(layer.before().width());
    this.first = binding.rows(units);
    this.carry = binding.hasBackward() ? binding.scratchRows(units) : new Buffer(units);
  }

  @Override
  public void start(Pass pass) {
    layer.setInitial(1, pass.rows(), first);
  }

  @Override
  public void forward(Pass pass, int row, int at, int before) {
    Buffer from = before < 0 ? first : cells;
    int place = at * units;
    RecurrentKernels.lstm(
        units,
        layer.gates().array(),
        layer.gates().offset() + 4 * place,
        layer.product().array(),
        layer.product().offset() + row * 4 * units,
        pass.weights(),
        layer.bias(),
        from.array(),
        from.offset() + (before < 0 ? row : before) * units,
        cells.array(),
        cells.offset() + place,
        tanhCells.array(),
        tanhCells.offset() + place,
        layer.state().array(),
        layer.state().offset() + row * units);
  }

  @Override
  public void hold(int row, int at, int before) {
    Buffer from = before < 0 ? first : cells;
    System.arraycopy(
        from.array(),
        from.offset() + (before < 0 ? row : before) * units,
        cells.array(),
        cells.offset() + at * units,
        units);
  }

  @Override
  public void copyState(int row, int at, List<Buffer> to) {
    Buffer cell = to.get(1);
    System.arraycopy(
        cells.array(),
        cells.offset() + at * units,
        cell.array(),
        cell.offset() + row * units,
        units);
  }

  @Override
  public void startBackward(Pass pass) {
    cut(pass.rows());
  }

  @Override
  public void backward(Pass pass, int row, int at, int before) {
    Buffer from = before < 0 ? first : cells;
    int place = at * units;
    int dh = layer.state().offset() + row * units;
    RecurrentKernels.lstmBackward(
        units,
        layer.gates().array(),
        layer.gates().offset() + 4 * place,
        from.array(),
        from.offset() + (before < 0 ? row : before) * units,
        tanhCells.array(),
        tanhCells.offset() + place,
        layer.state().array(),
        dh,
        carry.array(),
        carry.offset() + row * units,
        layer.product().array(),
        layer.product().offset() + row * 4 * units);
    Arrays.fill(layer.state().array(), dh, dh + units, 0f);
  }

  @Override
  public void cut(int rows) {
    RecurrentLayer.zero(carry, rows);
  }

  @Override
  public void endBackward(Pass pass) {
    Optional<Buffer> gradient = layer.initialGradient(1);
    if (gradient.isPresent()) {
      System.arraycopy(
          carry.array(),
          carry.offset(),
          gradient.get().array(),
          gradient.get().offset(),
          pass.rows() * units);
    }
  }

  @Override
  public void addRecurrentGradient(Pass pass, int steps) {
    layer.addRecurrentGradient(pass, steps, 0, 4 * units, layer.gates(), 4 * units);
  }
}
