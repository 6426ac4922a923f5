package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import java.util.Arrays;

/**
 * Adagrad's direction (Duchi, Hazan and Singer 2011): s = s + g^2, u = g / (sqrt(s) + epsilon).
 * State {@code adagrad/squares} = s, which starts at initialAccumulator.
 */
public record ScaleByAdagrad(double initialAccumulator, double epsilon)
    implements GradientTransform {
  public ScaleByAdagrad {
    Hyperparameters.notNegative("scaleByAdagrad", "initialAccumulator", initialAccumulator);
    Hyperparameters.positive("scaleByAdagrad", "epsilon", epsilon);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Bound(state.zeros("adagrad/squares", layout.trainableSize()));
  }

  private final class Bound implements Update {
    private final float[] squares;

    Bound(float[] squares) {
      this.squares = squares;
      Arrays.fill(squares, (float) initialAccumulator);
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      float guard = (float) epsilon;
      for (int i = slice.from(), to = slice.to(); i < to; i++) {
        float g = updates[i];
        float sum = Math.fma(g, g, squares[i]);
        squares[i] = sum;
        updates[i] = g / ((float) Math.sqrt(sum) + guard);
      }
    }
  }
}
