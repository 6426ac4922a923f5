package io.gradflow.common.loss;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;

/**
 * Cosine loss of a pair of embeddings a, b: l = 1 - cos(a, b) for a pair that belongs together, l =
 * max(0, cos(a, b) - m) for one that does not; the cosine and its norms as in {@link Cosine}.
 *
 * <p>Output [2, width] and target as {@link PairLoss} says. PyTorch's {@code CosineEmbeddingLoss},
 * which says -1 for 0.
 *
 * @param margin m, in [-1, 1)
 */
@Kind("cosinePairs")
@Formula(
    value = "l = 1 - cos(a, b) for a pair that belongs together, else max(0, cos(a, b) - margin)",
    shapes = "output [2, width], target one of 2 classes")
@Doc("Pulls embeddings of a pair together or apart by their cosine; output [2, width].")
public record CosinePairs(
    @Doc("The cosine above which a pair that does not belong together costs, in [-1, 1).")
        @Default("0")
        float margin)
    implements PairLoss {
  public CosinePairs {
    if (!(margin >= -1 && margin < 1)) {
      throw new IllegalArgumentException(
          "cosinePairs margin " + margin + "; expected -1 <= margin < 1");
    }
  }

  @Override
  public double pairLoss(
      int width, boolean together, float[] outputs, int o, float weight, float[] gradient, int g) {
    int b = o + width;
    double cosine = CosineSimilarity.of(width, outputs, o, outputs, b);
    double loss = together ? 1 - cosine : Math.max(0, cosine - margin);
    if (gradient != null) {
      double factor = together ? -weight : cosine <= margin ? 0 : weight;
      CosineSimilarity.gradient(width, factor, cosine, outputs, o, outputs, b, gradient, g);
      CosineSimilarity.gradient(width, factor, cosine, outputs, b, outputs, o, gradient, g + width);
    }
    return loss;
  }
}
