package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.Settings;

/**
 * Hinge loss of a class, as of support vector machines. One output for two classes: l = max(0, m -
 * s y) with s = -1 for class 0 and 1 for class 1. One output a class: l = max(0, m + max_{j != c}
 * y_j - y_c) for class c, after Crammer and Singer; PyTorch's {@code MultiMarginLoss} sums over all
 * j instead. The derivative is 0 where l is 0; of equal outputs the first counts as the largest.
 *
 * <p>Outputs are scores, not logits: the probabilities that a model with this loss predicts are
 * their sigmoid or softmax, good for ranking and not calibrated.
 *
 * <p>Source: Crammer and Singer, "On the Algorithmic Implementation of Multiclass Kernel-based
 * Vector Machines", JMLR 2 (2001).
 *
 * @param margin m, above 0
 */
@Kind("hinge")
@Formula(
    value =
        "l = max(0, margin - s y), s = -1 or 1; of several outputs max(0, margin + max_{j != c} y_j"
            + " - y_c)",
    shapes = "output [C], or [1] for two classes; target a class index c")
@Doc("Hinge loss of a class by one score, or by one score a class (Crammer and Singer).")
public record Hinge(@Doc("How far the right score must lead, above 0.") @Default("1") float margin)
    implements LossSpec {
  public Hinge {
    Settings.requireAboveZero("hinge margin", margin);
  }

  @Override
  public Link link() {
    return Link.SOFTMAX;
  }

  @Override
  public Loss bind(Shape output, Field target) {
    return new BoundHinge(Targets.requireClass(output, target), output.size(), margin, false);
  }
}
