package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;

/**
 * A loss of a pair of embeddings a, b. Output [2, width]: one row is one pair, from shared layers
 * on two inputs, say, whose outputs are concatenated and reshaped. Target: one of two classes,
 * class 1 for a pair that belongs together; or one number, 0 or 1.
 */
interface PairLoss extends LossSpec {
  /**
   * The loss of one pair, without its example weight.
   *
   * @param together whether the pair belongs together
   * @param outputs a of the width from o, b behind it, read only
   * @param weight w of the example
   * @param gradient overwritten from g with w dl/da and w dl/db; null when it is not wanted
   */
  double pairLoss(
      int width, boolean together, float[] outputs, int o, float weight, float[] gradient, int g);

  @Override
  default Link link() {
    return Link.EMBEDDING;
  }

  @Override
  default boolean perStep() {
    return false;
  }

  @Override
  default Loss bind(Shape output, Field target) {
    Targets.requireEmbeddings(output, 2);
    Targets.requireYesOrNo(target);
    return new BoundPairs(this, output.dim(1));
  }
}

/** The executable twin of a {@link PairLoss}. */
record BoundPairs(PairLoss spec, int width) implements RowLoss {
  @Override
  public int outputWidth() {
    return 2 * width;
  }

  @Override
  public int targetWidth() {
    return 1;
  }

  @Override
  public double rowLoss(
      int row,
      float[] outputs,
      int o,
      float[] targets,
      int t,
      float weight,
      float[] gradient,
      int g) {
    boolean together = Targets.classIndex(targets[t], row, 2) == 1;
    return spec.pairLoss(width, together, outputs, o, weight, gradient, g);
  }
}
