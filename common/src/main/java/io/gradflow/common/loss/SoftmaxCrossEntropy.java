package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Softmax cross-entropy of logits against a class index or class probabilities.
 *
 * <p>With smoothing e, C classes, class weights c and target t (probabilities, or 1 at the class
 * index), for every row: t' = (1 - e) t + e / C, l = sum_j c_j t'_j (logsumexp(z) - z_j), in nats;
 * dl/dz_k = softmax(z)_k sum_j c_j t'_j - c_k t'_k. Logits of +-1e4 stay finite.
 *
 * <p>The weight of a row, for the mean, is w c_y for a class index y and w for probabilities, as in
 * PyTorch's {@code CrossEntropyLoss}: without example weights the mean equals PyTorch's for either
 * kind of target, with smoothing and class weights too.
 *
 * <p>Label smoothing: Szegedy et al. (2015), arXiv:1512.00567.
 *
 * @param labelSmoothing e, in [0, 1)
 * @param classWeights c in index order, finite and not negative; empty for all 1
 */
@Kind("softmaxCrossEntropy")
@Formula(
    value = "t' = (1 - e) t + e / C, l = sum_j c_j t'_j (logsumexp(z) - z_j)",
    shapes = "output [C], target a class index, or [C] probabilities; for every step of [T, C]")
@Doc("Cross-entropy of logits against a class index or class probabilities.")
public record SoftmaxCrossEntropy(
    @Doc("Share of the target spread evenly over all classes, in [0, 1).") @Default("0")
        float labelSmoothing,
    @Doc("Weight of each class in index order; empty for equal weights.") @Default("[]")
        List<Float> classWeights)
    implements LossSpec {
  public SoftmaxCrossEntropy {
    classWeights = List.copyOf(classWeights);
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "labelSmoothing " + labelSmoothing + "; expected 0 <= labelSmoothing < 1");
    }
    ClassWeights.require(classWeights);
  }

  @Override
  public Link link() {
    return Link.SOFTMAX;
  }

  @Override
  public Loss bind(Shape output, Field target) {
    boolean byIndex = target.kind() == Field.Kind.CLASS;
    int targetClasses = byIndex ? target.classes().size() : target.width();
    if (target.kind() == Field.Kind.TOKENS
        || output.rank() != 1
        || output.size() != targetClasses) {
      throw new IllegalArgumentException(
          "output "
              + output
              + " does not match target "
              + Targets.describe(target)
              + "; expected output ["
              + targetClasses
              + "]");
    }
    float[] weights = ClassWeights.of(classWeights, targetClasses);
    return byIndex
        ? new IndexCrossEntropy(this, weights)
        : new ProbabilityCrossEntropy(this, weights);
  }
}
