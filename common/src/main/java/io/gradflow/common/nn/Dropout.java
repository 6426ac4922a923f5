package io.gradflow.common.nn;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;

/**
 * Inverted dropout: in training y = x m / (1 - rate), where m is 0 with probability rate and 1
 * otherwise, one draw per element; otherwise y = x.
 *
 * <p>A draw depends on (seed, step, micro-shard, node, row within the micro-shard's part of the
 * minibatch, column) alone, so neither chunks of rows nor the grouping of micro-shards into tasks
 * change it. Backward draws the same mask again; nothing is stored.
 *
 * <p>Source: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
 * Overfitting", JMLR 15 (2014), in the inverted form that leaves inference alone.
 *
 * @param rate probability that an element is zeroed, in [0, 1)
 */
@Kind("dropout")
@Formula(
    "in training y = x m / (1 - rate), m = 0 with probability rate, else 1, for every element; else"
        + " y = x")
@Doc("In training zeroes elements at random and scales the others by 1 / (1 - rate).")
public record Dropout(@Doc("Probability that an element is zeroed, in [0, 1).") float rate)
    implements LayerSpec {
  public Dropout {
    requireRate("dropout", rate);
  }

  /** Checks the rate of a layer that drops something. */
  static void requireRate(String layer, float rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(layer + " rate " + rate + "; expected 0 <= rate < 1");
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.only(inputs);
  }

  @Override
  public Optional<LayerSpec> stepwise(List<Shape> inputs) {
    return Inputs.eachStep(this, inputs);
  }

  @Override
  public Layer bind(Binding binding) {
    return new DropoutLayer(this, binding);
  }
}

/** The executable twin of {@link Dropout}. */
final class DropoutLayer implements Layer {
  private final float rate;
  private final int layerKey;
  private final int width;
  private final Buffer input;
  private final Buffer output;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  DropoutLayer(Dropout spec, Binding binding) {
    this.rate = spec.rate();
    this.layerKey = binding.layerKey();
    this.width = binding.output().width();
    this.input = binding.inputs().get(0);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
  }

  @Override
  public void forward(Pass pass) {
    apply(pass, input, output);
  }

  @Override
  public void backward(Pass pass) {
    if (inputGradient.isPresent()) {
      apply(pass, outputGradient, inputGradient.get());
    }
  }

  /** The same linear map forward and backward: the mask's diagonal. */
  private void apply(Pass pass, Buffer from, Buffer to) {
    int n = pass.rows() * width;
    if (pass.training() && rate > 0) {
      long key =
          CounterRng.key(
              pass.seed(), CounterRng.Purpose.DROPOUT, pass.step(), pass.microShard(), layerKey);
      // The index may wrap beyond 2^32 elements a step: draws repeat then, no harm done.
      int firstIndex = pass.firstRow() * width;
      ArrayKernels.dropout(
          key, firstIndex, n, rate, from.array(), from.offset(), to.array(), to.offset());
    } else {
      System.arraycopy(from.array(), from.offset(), to.array(), to.offset(), n);
    }
  }
}
