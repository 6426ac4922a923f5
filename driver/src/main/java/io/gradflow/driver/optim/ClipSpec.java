package io.gradflow.driver.optim;

import io.gradflow.common.spec.Doc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Bounds on the mean gradient, applied before regularization and optimizer, as {@code
 * torch.nn.utils.clip_grad_*} are before {@code step()}; when several are given, by value first,
 * then adaptively, then by norm.
 */
@Doc("Bounds on the gradient before the optimizer sees it.")
public record ClipSpec(
    @Doc("Every element is kept within [-value, value].") Optional<Double> value,
    @Doc("The gradient is scaled down to this Euclidean norm when it is longer.")
        Optional<Double> globalNorm,
    @Doc("Each unit's gradient is bounded by a share of its weights' norm.")
        Optional<AdaptiveClip> adaptive) {
  /** No bounds. */
  public static final ClipSpec NONE =
      new ClipSpec(Optional.empty(), Optional.empty(), Optional.empty());

  public ClipSpec {
    value.ifPresent(bound -> Hyperparameters.positive("clip", "value", bound));
    globalNorm.ifPresent(bound -> Hyperparameters.positive("clip", "globalNorm", bound));
  }

  List<GradientTransform> transforms() {
    List<GradientTransform> transforms = new ArrayList<>();
    value.ifPresent(bound -> transforms.add(new ClipByValue(bound)));
    adaptive.ifPresent(clip -> transforms.add(new ClipByUnitNorm(clip.ratio(), clip.exclude())));
    globalNorm.ifPresent(bound -> transforms.add(new ClipByGlobalNorm(bound)));
    return transforms;
  }
}
