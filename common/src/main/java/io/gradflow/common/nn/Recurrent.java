package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.OneOf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A layer that carries a state along the first axis of a sequence [T, features]: h_t = cell(x_t,
 * h_{t-1}). What {@link Bidirectional} takes two of.
 *
 * <p>The state starts from 0 in every row, or from further inputs: the first of them is h [units],
 * for an LSTM a second one is c [units]. A masked step leaves the state as it is; its output is the
 * state's. The output is the sequence of states [T, units] where each step's stands in the step's
 * own place, also when the steps are taken backwards; or the last state taken, [units].
 *
 * <p>Truncated backpropagation (Williams and Peng 1990): with {@code tbptt} k the gradient does not
 * pass from one window of k steps to the one before, while the state does. The state never leaves
 * its row: sums of a step are a function of weights, seed, step and micro-shard alone, so none is
 * left on executors between steps. For streams longer than a row let rows overlap and give them a
 * {@link BurnIn}.
 */
@OneOf({SimpleRnn.class, Lstm.class, Gru.class})
public interface Recurrent extends LayerSpec {
  /** Width of the state. */
  int units();

  /** Whether all states are the output, or the last. */
  boolean returnSequences();

  /** Whether the last step comes first. */
  boolean goBackwards();

  /** Steps of a window that gradients stay in; 0 for no limit. */
  int tbptt();

  /** Vectors of {@link #units} that the state consists of: h, and an LSTM's c. */
  default int states() {
    return 1;
  }

  /** The same layer taking the steps in the other order. */
  Recurrent reversed();

  @Override
  Recurrent untruncated();

  @Override
  default MaskRule maskRule() {
    return returnSequences() ? MaskRule.PASS_FIRST : MaskRule.DROP;
  }

  /** With the state carried from step to step, unless the first comes from elsewhere. */
  @Override
  default Optional<LayerSpec> stepwise(List<Shape> inputs) {
    return returnSequences() && !goBackwards() && inputs.size() == 1
        ? Optional.of(new CarriedState(this))
        : Optional.empty();
  }

  /** Checks what all recurrent layers have. */
  static void requireValid(String kind, int units, int tbptt) {
    if (units < 1) {
      throw new IllegalArgumentException(kind + " units " + units + "; expected at least 1");
    }
    if (tbptt < 0) {
      throw new IllegalArgumentException(
          kind + " tbptt " + tbptt + "; expected a number of steps, or 0 for no limit");
    }
  }

  /**
   * The output's shape, from a sequence and at most as many initial states as there are {@link
   * #states}.
   *
   * @throws IllegalArgumentException if the inputs do not fit
   */
  @Override
  default Shape outputShape(List<Shape> inputs) {
    if (inputs.isEmpty() || inputs.size() > 1 + states()) {
      throw new IllegalArgumentException(
          "got "
              + inputs.size()
              + " inputs; expected a sequence and at most "
              + states()
              + (states() == 1 ? " initial state" : " initial states"));
    }
    Shape sequence = inputs.get(0);
    if (sequence.rank() != 2) {
      throw new IllegalArgumentException(
          "input " + sequence + "; expected a sequence [steps, features]");
    }
    for (Shape state : inputs.subList(1, inputs.size())) {
      if (!state.equals(Shape.of(units()))) {
        throw new IllegalArgumentException(
            "initial state " + state + "; expected [" + units() + "]");
      }
    }
    return returnSequences() ? Shape.of(sequence.dim(0), units()) : Shape.of(units());
  }

  /** kernel [in, gates units], recurrentKernel [units, gates units], bias [gates units]. */
  default List<ParamSpec> params(
      List<Shape> inputs,
      int gates,
      Initializer kernelInitializer,
      Initializer recurrentInitializer,
      Initializer biasInitializer) {
    int width = gates * units();
    List<ParamSpec> params = new ArrayList<>();
    Shape kernel = Shape.of(inputs.get(0).dim(1), width);
    params.add(new ParamSpec("kernel", kernel, kernelInitializer, true));
    Shape recurrentKernel = Shape.of(units(), width);
    params.add(new ParamSpec("recurrentKernel", recurrentKernel, recurrentInitializer, true));
    params.add(new ParamSpec("bias", Shape.of(width), biasInitializer, true));
    return params;
  }
}
