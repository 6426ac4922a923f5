package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Penalties on the weights, as gradients: l2 w + l1 sign(w) is added to the clipped mean gradient,
 * the gradient of l2/2 ||w||^2 + l1 ||w||_1. The reported loss does not contain the penalty.
 *
 * <p>Before that, {@link Centralize} if asked; after it {@link AddGradientNoise}; after the descent
 * {@link BoundUnitNorm}.
 *
 * <p>l2 is what PyTorch's optimizers call {@code weight_decay} (AdamW's apart, which is decoupled).
 */
@Doc("Penalties on the weights, added to the gradient.")
public record Regularization(
    @Default("0") @Doc("Factor of the absolute values' sum.") double l1,
    @Default("0") @Doc("Factor of half the squares' sum; PyTorch's weight_decay.") double l2,
    @Default("[]") @Doc("Parameters without penalty, by name; * stands for any characters.")
        List<String> exclude,
    @Default("false") @Doc("Whether each unit's gradient is centred on 0.") boolean centralize,
    @Doc("The longest that any unit's incoming weights may be.") Optional<Double> maxNorm,
    @Doc("More penalties and bounds by parameter name, * for any characters.") @Default("{}")
        Map<String, ParameterPenalty> parameters,
    @Doc("Noise on the gradient.") Optional<GradientNoise> noise) {
  /** No penalty. */
  public static final Regularization NONE = Regularization.of(0, 0, List.of(), false);

  public Regularization {
    Hyperparameters.notNegative("regularization", "l1", l1);
    Hyperparameters.notNegative("regularization", "l2", l2);
    maxNorm.ifPresent(bound -> Hyperparameters.positive("regularization", "maxNorm", bound));
    exclude = List.copyOf(exclude);
    parameters = new TreeMap<>(parameters);
  }

  /** Penalties alone. */
  public static Regularization of(double l1, double l2, List<String> exclude, boolean centralize) {
    return new Regularization(
        l1, l2, exclude, centralize, Optional.empty(), Map.of(), Optional.empty());
  }

  List<GradientTransform> transforms(long seed) {
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
    if (parameters.values().stream().anyMatch(each -> each.l1() > 0 || each.l2() > 0)) {
      transforms.add(new AddPenalties(parameters));
    }
    noise.ifPresent(
        each -> transforms.add(new AddGradientNoise(each.variance(), each.fading(), seed)));
    return transforms;
  }

  List<GradientTransform> afterDescent() {
    Map<String, Double> bounds = new TreeMap<>();
    parameters.forEach(
        (pattern, each) -> each.maxNorm().ifPresent(bound -> bounds.put(pattern, bound)));
    maxNorm.ifPresent(bound -> bounds.merge("*", bound, Math::min));
    return bounds.isEmpty() ? List.of() : List.of(new BoundUnitNorm(bounds));
  }
}
