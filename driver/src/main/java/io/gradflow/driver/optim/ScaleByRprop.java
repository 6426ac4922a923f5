package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import java.util.Arrays;

/**
 * Rprop's direction (Riedmiller and Braun 1993), without weight-backtracking: where the gradient
 * keeps its sign the step d grows, where it changes d shrinks and the step is left out:
 *
 * <pre>
 * g g' > 0: d = min(d increase, greatestStep), u = d sign(g), g' = g
 * g g' < 0: d = max(d decrease, leastStep),    u = 0,         g' = 0
 * g g' = 0:                                    u = d sign(g), g' = g
 * </pre>
 *
 * State {@code rprop/steps} = d, which starts at initialStep, {@code rprop/gradients} = g'. As in
 * PyTorch d stays within both bounds in every case.
 */
public record ScaleByRprop(
    double initialStep, double decrease, double increase, double leastStep, double greatestStep)
    implements GradientTransform {
  public ScaleByRprop {
    Hyperparameters.positive("scaleByRprop", "initialStep", initialStep);
    Hyperparameters.fraction("scaleByRprop", "decrease", decrease);
    Hyperparameters.atLeast("scaleByRprop", "increase", increase, 1);
    Hyperparameters.positive("scaleByRprop", "leastStep", leastStep);
    Hyperparameters.atLeast("scaleByRprop", "greatestStep", greatestStep, leastStep);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Bound(
        state.zeros("rprop/steps", layout.trainableSize()),
        state.zeros("rprop/gradients", layout.trainableSize()));
  }

  private final class Bound implements Update {
    private final float[] steps;
    private final float[] gradients;

    Bound(float[] steps, float[] gradients) {
      this.steps = steps;
      Arrays.fill(steps, (float) initialStep);
      this.gradients = gradients;
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      float shrink = (float) decrease;
      float grow = (float) increase;
      float least = (float) leastStep;
      float greatest = (float) greatestStep;
      for (int i = slice.from(), to = slice.to(); i < to; i++) {
        float agreement = updates[i] * gradients[i];
        float factor = agreement > 0 ? grow : agreement < 0 ? shrink : 1;
        float d = Math.min(Math.max(steps[i] * factor, least), greatest);
        float g = agreement < 0 ? 0 : updates[i];
        steps[i] = d;
        gradients[i] = g;
        updates[i] = d * Math.signum(g);
      }
    }
  }
}
