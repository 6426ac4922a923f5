package io.gradflow.common.nn;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.CounterRng;
import java.util.Arrays;
import java.util.Optional;

/**
 * Inverted dropout of parts of an example: the executable twin of {@link SpatialDropout} and {@link
 * StochasticDepth}. A draw depends on (seed, step, micro-shard, node, row, part) alone and is made
 * again in backward.
 */
final class GroupedDropout implements Layer {
  private final float rate;
  private final int parts;
  private final int layerKey;
  private final Buffer input;
  private final Buffer output;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  /** [parts]: 1, and what dropout makes of it for a row. */
  private final Buffer ones;

  private final Buffer factors;

  /**
   * @param parts draws an example; float i belongs to part i mod parts
   */
  GroupedDropout(float rate, int parts, Binding binding) {
    this.rate = rate;
    this.parts = parts;
    this.layerKey = binding.layerKey();
    this.input = binding.inputs().get(0);
    this.output = binding.output();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
    this.ones = binding.scratch(parts);
    this.factors = binding.scratch(parts);
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

  private void apply(Pass pass, Buffer from, Buffer to) {
    int width = output.width();
    if (!pass.training() || rate == 0) {
      System.arraycopy(from.array(), from.offset(), to.array(), to.offset(), pass.rows() * width);
      return;
    }
    long key =
        CounterRng.key(
            pass.seed(), CounterRng.Purpose.DROPOUT, pass.step(), pass.microShard(), layerKey);
    Arrays.fill(ones.array(), ones.offset(), ones.offset() + parts, 1);
    float[] f = factors.array();
    int fo = factors.offset();
    for (int row = 0; row < pass.rows(); row++) {
      int first = (pass.firstRow() + row) * parts;
      ArrayKernels.dropout(key, first, parts, rate, ones.array(), ones.offset(), f, fo);
      for (int i = row * width; i < (row + 1) * width; i += parts) {
        if (parts == 1) {
          to.array()[to.offset() + i] = f[fo] * from.array()[from.offset() + i];
        } else {
          ArrayKernels.multiply(
              parts, from.array(), from.offset() + i, f, fo, to.array(), to.offset() + i);
        }
      }
    }
  }
}
