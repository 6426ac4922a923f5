package io.gradflow.common.nn;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Gemm;
import io.gradflow.common.array.PackedMatrix;
import io.gradflow.common.array.RowKernels;
import io.gradflow.common.array.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The executable twin of all recurrent layers: the order of the steps, masks, products and
 * truncation; a {@link RecurrentCell} does what lies between the products.
 *
 * <p>One product serves the inputs of all steps. Per step one product with the state follows, its
 * kernel packed once a pass, then the cell row by row; backward per step one product. The kernels'
 * gradients are one product each over all steps at the end, in ascending order of (row, step), so
 * that chunks of rows leave the same bits. What one step needs lies in small arrays of its own
 * [rows, ...]: the rows of a step are T times as far apart in the arrays of all steps, often a
 * power of two, and would push each other out of the caches.
 */
final class RecurrentLayer implements Layer {
  private final Gemm gemm;
  private final int steps;
  private final int in;
  private final int units;
  private final int width;
  private final boolean sequences;
  private final boolean backwards;
  private final int window;
  private final int kernel;
  private final int recurrentKernel;
  private final int bias;
  private final WeightMatrix inputWeights;
  private final WeightMatrix transposedInputWeights;
  private final WeightMatrix stateWeights;
  private final WeightMatrix transposedStateWeights;
  private final RecurrentCell cell;

  private final List<Buffer> inputs;
  private final Optional<Buffer> mask;
  private final Buffer output;
  private final Buffer outputGradient;
  private final List<Optional<Buffer>> inputGradients;

  /** [rows, T, width]: the inputs' products, then gates, then the gradient by their arguments. */
  private final Buffer gates;

  /** [rows, T, units]: the state before each step. */
  private final Buffer before;

  /** [rows, width]: the state's product; backward the gradient by it. */
  private final Buffer product;

  /** [rows, units]: the state; backward the gradient by it. */
  private final Buffer state;

  /**
   * @param gateCount widths of the state that the kernels have
   * @param cell makes the cell once this layer's buffers are there
   */
  RecurrentLayer(
      Recurrent spec,
      int gateCount,
      Binding binding,
      Function<RecurrentLayer, RecurrentCell> cell) {
    Shape sequence = binding.inputShapes().get(0);
    this.gemm = binding.gemm();
    this.steps = sequence.dim(0);
    this.in = sequence.dim(1);
    this.units = spec.units();
    this.width = gateCount * units;
    this.sequences = spec.returnSequences();
    this.backwards = spec.goBackwards();
    this.window = spec.tbptt() == 0 ? steps : spec.tbptt();
    this.kernel = binding.paramOffset("kernel");
    this.recurrentKernel = binding.paramOffset("recurrentKernel");
    this.bias = binding.paramOffset("bias");
    this.inputWeights = binding.weightMatrix("kernel", false);
    this.transposedInputWeights = binding.weightMatrix("kernel", true);
    this.stateWeights = binding.weightMatrix("recurrentKernel", false);
    this.transposedStateWeights = binding.weightMatrix("recurrentKernel", true);
    this.inputs = binding.inputs();
    this.mask = binding.inputMask(0);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.inputGradients =
        IntStream.range(0, inputs.size()).mapToObj(binding::inputGradient).toList();
    this.gates = binding.rows(steps * width);
    this.before = binding.rows(steps * units);
    this.product = binding.scratchRows(width);
    this.state = binding.scratchRows(units);
    this.cell = cell.apply(this);
  }

  int units() {
    return units;
  }

  int bias() {
    return bias;
  }

  Buffer gates() {
    return gates;
  }

  Buffer before() {
    return before;
  }

  Buffer product() {
    return product;
  }

  Buffer state() {
    return state;
  }

  /** The initial state i, if there is such an input: 0 is h. */
  Optional<Buffer> initial(int i) {
    return inputs.size() > 1 + i ? Optional.of(inputs.get(1 + i)) : Optional.empty();
  }

  /** Where the gradient by initial state i goes. */
  Optional<Buffer> initialGradient(int i) {
    return inputs.size() > 1 + i ? inputGradients.get(1 + i) : Optional.empty();
  }

  /** Sets [rows, units] floats to the initial state i, or 0. */
  void setInitial(int i, int rows, Buffer to) {
    Optional<Buffer> from = initial(i);
    if (from.isPresent()) {
      System.arraycopy(
          from.get().array(), from.get().offset(), to.array(), to.offset(), rows * units);
    } else {
      zero(to, rows);
    }
  }

  static void zero(Buffer buffer, int rows) {
    Arrays.fill(buffer.array(), buffer.offset(), buffer.offset() + rows * buffer.width(), 0f);
  }

  @Override
  public void forward(Pass pass) {
    int rows = pass.rows();
    Buffer x = inputs.get(0);
    inputWeights.multiply(
        pass, rows * steps, x.array(), x.offset(), in, 0, gates.array(), gates.offset(), width);
    PackedMatrix packed = stateWeights.packed(pass);
    setInitial(0, rows, state);
    cell.start(pass);
    for (int s = 0; s < steps; s++) {
      multiplyState(pass, packed, s);
      int t = backwards ? steps - 1 - s : s;
      int last = backwards ? t + 1 : t - 1;
      for (int row = 0; row < rows; row++) {
        forwardRow(pass, row, row * steps + t, s == 0 ? -1 : row * steps + last);
      }
    }
    if (!sequences) {
      System.arraycopy(
          state.array(), state.offset(), output.array(), output.offset(), rows * units);
    }
  }

  private void multiplyState(Pass pass, PackedMatrix packed, int s) {
    if (s == 0 && initial(0).isEmpty()) {
      zero(product, pass.rows());
    } else {
      multiply(pass, stateWeights, packed, state, 0, product);
    }
  }

  /** to = beta to + from op(U) for the rows of a step, by the packed matrix if there is one. */
  private void multiply(
      Pass pass, WeightMatrix weights, PackedMatrix packed, Buffer from, float beta, Buffer to) {
    float[] a = from.array();
    float[] c = to.array();
    int lda = from.width();
    if (packed != null) {
      gemm.multiplyPacked(
          false, pass.rows(), a, from.offset(), lda, packed, beta, c, to.offset(), to.width());
    } else {
      weights.multiply(pass, pass.rows(), a, from.offset(), lda, beta, c, to.offset(), to.width());
    }
  }

  private void forwardRow(Pass pass, int row, int at, int last) {
    int h = state.offset() + row * units;
    System.arraycopy(state.array(), h, before.array(), before.offset() + at * units, units);
    if (counts(at)) {
      cell.forward(pass, row, at, last);
    } else {
      cell.hold(row, at, last);
    }
    if (sequences) {
      System.arraycopy(state.array(), h, output.array(), output.offset() + at * units, units);
    }
  }

  /**
   * Copies the state that forward ended with.
   *
   * @param to as many as the state has vectors, [rows, units] each; may be the initial ones
   */
  void copyState(int rows, List<Buffer> to) {
    Buffer h = to.get(0);
    System.arraycopy(state.array(), state.offset(), h.array(), h.offset(), rows * units);
    int last = backwards ? 0 : steps - 1;
    for (int row = 0; row < rows; row++) {
      cell.copyState(row, row * steps + last, to);
    }
  }

  @Override
  public void backward(Pass pass) {
    int rows = pass.rows();
    PackedMatrix packed = transposedStateWeights.packed(pass);
    if (sequences) {
      zero(state, rows);
    } else {
      System.arraycopy(
          outputGradient.array(),
          outputGradient.offset(),
          state.array(),
          state.offset(),
          rows * units);
    }
    cell.startBackward(pass);
    for (int s = steps - 1; s >= 0; s--) {
      int t = backwards ? steps - 1 - s : s;
      int last = backwards ? t + 1 : t - 1;
      for (int row = 0; row < rows; row++) {
        backwardRow(pass, row, row * steps + t, s == 0 ? -1 : row * steps + last);
      }
      multiplyGradient(pass, packed, s);
    }
    cell.endBackward(pass);
    Optional<Buffer> initial = initialGradient(0);
    if (initial.isPresent()) {
      System.arraycopy(
          state.array(),
          state.offset(),
          initial.get().array(),
          initial.get().offset(),
          rows * units);
    }
    multiplyGates(pass);
  }

  private void backwardRow(Pass pass, int row, int at, int last) {
    int dh = state.offset() + row * units;
    if (sequences) {
      ArrayKernels.addInPlace(
          units, state.array(), dh, outputGradient.array(), outputGradient.offset() + at * units);
    }
    if (counts(at)) {
      cell.backward(pass, row, at, last);
    } else {
      int z = gates.offset() + at * width;
      Arrays.fill(gates.array(), z, z + width, 0f);
      int copy = product.offset() + row * width;
      Arrays.fill(product.array(), copy, copy + width, 0f);
    }
  }

  /** From the gradient by the product to that by the state before, if anyone wants it. */
  private void multiplyGradient(Pass pass, PackedMatrix packed, int s) {
    if (s > 0 && s % window == 0) {
      zero(state, pass.rows());
      cell.cut(pass.rows());
    } else if (s > 0 || initialGradient(0).isPresent()) {
      multiply(pass, transposedStateWeights, packed, product, 1, state);
    }
  }

  private void multiplyGates(Pass pass) {
    int m = pass.rows() * steps;
    Buffer x = inputs.get(0);
    float[] z = gates.array();
    int zo = gates.offset();
    RowKernels.columnSums(m, width, z, zo, pass.gradient(), bias);
    gemm.multiply(
        true,
        false,
        in,
        width,
        m,
        x.array(),
        x.offset(),
        in,
        z,
        zo,
        width,
        1,
        pass.gradient(),
        kernel,
        width);
    cell.addRecurrentGradient(pass, m);
    if (inputGradients.get(0).isPresent()) {
      Buffer dx = inputGradients.get(0).get();
      transposedInputWeights.multiply(pass, m, z, zo, width, 0, dx.array(), dx.offset(), in);
    }
  }

  /** Adds before^T d for the columns from {@code column} of the recurrent kernel's gradient. */
  void addRecurrentGradient(
      Pass pass, int m, int column, int columns, Buffer gradient, int stride) {
    gemm.multiply(
        true,
        false,
        units,
        columns,
        m,
        before.array(),
        before.offset(),
        units,
        gradient.array(),
        gradient.offset(),
        stride,
        1,
        pass.gradient(),
        recurrentKernel + column,
        width);
  }

  private boolean counts(int at) {
    return mask.isEmpty() || mask.get().array()[mask.get().offset() + at] != 0;
  }
}
