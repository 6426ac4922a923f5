package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.ArrayList;
import java.util.List;

/**
 * Penalties on the weights, as gradients: l2 w + l1 sign(w) is added to the clipped mean gradient,
 * the gradient of l2/2 ||w||^2 + l1 ||w||_1. The reported loss does not contain the penalty.
 *
 * <p>Before that, {@link Centralize} if asked.
 *
 * <p>l2 is what PyTorch's optimizers call {@code weight_decay} (AdamW's apart, which is decoupled).
 */
@Doc("Penalties on the weights, added to the gradient.")
public record Regularization(
    @Default("0") @Doc("Factor of the absolute values' sum.") double l1,
    @Default("0") @Doc("Factor of half the squares' sum; PyTorch's weight_decay.") double l2,
    @Default("[]") @Doc("Parameters without penalty, by name; * stands for any characters.")
        List<String> exclude,
    @Default("false") @Doc("Whether each unit's gradient is centred on 0.") boolean centralize) {
  /** No penalty. */
  public static final Regularization NONE = new Regularization(0, 0, List.of(), false);

  public Regularization {
    Hyperparameters.notNegative("regularization", "l1", l1);
    Hyperparameters.notNegative("regularization", "l2", l2);
    exclude = List.copyOf(exclude);
  }

  List<GradientTransform> transforms() {
    List<GradientTransform> transforms = new ArrayList<>();
    if (centralize) {
      transforms.add(new Centralize());
    }
    if (l2 > 0) {
      transforms.add(new AddDecayedWeights(l2, exclude));
    }
    if (l1 > 0) {
      transforms.add(new AddSignedWeights(l1, exclude));
    }
    return transforms;
  }
}
