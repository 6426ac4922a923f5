package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.List;

/**
 * Adaptive gradient clipping, formula in {@link ClipByUnitNorm}. The paper's ratio is 0.01, and it
 * leaves out the last layer, whose name is to be put into {@code exclude}.
 */
@Doc("Each unit's gradient is bounded by a share of its weights' norm.")
public record AdaptiveClip(
    @Default("0.01") @Doc("Longest gradient of a unit, as a share of its weights' norm.")
        double ratio,
    @Default("[]") @Doc("Parameters not clipped, by name; * stands for any characters.")
        List<String> exclude) {
  public AdaptiveClip {
    Hyperparameters.positive("adaptive clip", "ratio", ratio);
    exclude = List.copyOf(exclude);
  }
}
