package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/**
 * RMSProp's direction (Tieleman and Hinton 2012): s = decay s + (1 - decay) g^2, u = g / (sqrt(s) +
 * epsilon). State {@code rmsProp/squares} = s.
 */
public record ScaleByRms(double decay, double epsilon) implements GradientTransform {
  public ScaleByRms {
    Hyperparameters.fraction("scaleByRms", "decay", decay);
    Hyperparameters.positive("scaleByRms", "epsilon", epsilon);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Bound(state.zeros("rmsProp/squares", layout.trainableSize()));
  }

  private final class Bound implements Update {
    private final float[] squares;

    Bound(float[] squares) {
      this.squares = squares;
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      float keep = (float) decay;
      float gain = (float) (1 - decay);
      float guard = (float) epsilon;
      for (int i = slice.from(), to = slice.to(); i < to; i++) {
        float g = updates[i];
        float square = Math.fma(keep, squares[i], gain * g * g);
        squares[i] = square;
        updates[i] = g / ((float) Math.sqrt(square) + guard);
      }
    }
  }
}
