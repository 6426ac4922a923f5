package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/** u = min(max(u, -bound), bound), as {@code torch.nn.utils.clip_grad_value_}. */
public record ClipByValue(double bound) implements GradientTransform {
  public ClipByValue {
    Hyperparameters.positive("clipByValue", "bound", bound);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    float most = (float) bound;
    return (slice, updates, weights) -> clip(slice.from(), slice.to(), most, updates);
  }

  private static void clip(int from, int to, float bound, float[] u) {
    for (int i = from; i < to; i++) {
      u[i] = Math.min(Math.max(u[i], -bound), bound);
    }
  }
}
