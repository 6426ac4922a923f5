package io.gradflow.common.loss;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.Settings;

/**
 * Contrastive loss of a pair of embeddings a, b at distance d = |a - b|: l = d^2 / 2 for a pair
 * that belongs together, l = max(0, m - d)^2 / 2 for one that does not; dl/da = a - b, or -(m - d)
 * (a - b) / d within the margin, which is taken for 0 at d = 0; dl/db = -dl/da.
 *
 * <p>Output [2, width] and target as {@link PairLoss} says; the paper has 0 for a pair that belongs
 * together.
 *
 * <p>Source: Hadsell, Chopra and LeCun, "Dimensionality Reduction by Learning an Invariant
 * Mapping", CVPR 2006.
 *
 * @param margin m, above 0
 */
@Kind("contrastive")
@Formula(
    value =
        "l = d^2 / 2 for a pair that belongs together, else max(0, margin - d)^2 / 2, d = |a - b|",
    shapes = "output [2, width], target one of 2 classes")
@Doc("Pulls embeddings of a pair together or apart by their distance; output [2, width].")
public record Contrastive(
    @Doc("The distance below which a pair that does not belong together costs, above 0.")
        @Default("1")
        float margin)
    implements PairLoss {
  public Contrastive {
    Settings.requireAboveZero("contrastive margin", margin);
  }

  @Override
  public double pairLoss(
      int width, boolean together, float[] outputs, int o, float weight, float[] gradient, int g) {
    double distance = Distance.of(width, outputs, o, outputs, o + width);
    double cost = together ? distance : Math.max(0, margin - distance);
    if (gradient != null) {
      double factor =
          weight * (together ? 1 : distance == 0 ? 0 : -Math.max(0, margin - distance) / distance);
      for (int k = 0; k < width; k++) {
        float pull = (float) (factor * ((double) outputs[o + k] - outputs[o + width + k]));
        gradient[g + k] = pull;
        gradient[g + width + k] = -pull;
      }
    }
    return cost * cost / 2;
  }
}
