package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/**
 * RMSProp's direction by the running standard deviation (Graves 2013): s = decay s + (1 - decay)
 * g^2, m = decay m + (1 - decay) g, u = g / (sqrt(s - m^2) + epsilon). State {@code
 * rmsProp/squares} = s, {@code rmsProp/means} = m.
 *
 * <p>A variance that rounding makes negative counts as 0; PyTorch's step is not a number there.
 */
public record ScaleByCentredRms(double decay, double epsilon) implements GradientTransform {
  public ScaleByCentredRms {
    Hyperparameters.fraction("scaleByCentredRms", "decay", decay);
    Hyperparameters.positive("scaleByCentredRms", "epsilon", epsilon);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Bound(
        state.zeros("rmsProp/squares", layout.trainableSize()),
        state.zeros("rmsProp/means", layout.trainableSize()));
  }

  private final class Bound implements Update {
    private final float[] squares;
    private final float[] means;

    Bound(float[] squares, float[] means) {
      this.squares = squares;
      this.means = means;
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      float keep = (float) decay;
      float gain = (float) (1 - decay);
      float guard = (float) epsilon;
      for (int i = slice.from(), to = slice.to(); i < to; i++) {
        float g = updates[i];
        float square = Math.fma(keep, squares[i], gain * g * g);
        float mean = Math.fma(keep, means[i], gain * g);
        squares[i] = square;
        means[i] = mean;
        float variance = Math.max(Math.fma(-mean, mean, square), 0);
        updates[i] = g / ((float) Math.sqrt(variance) + guard);
      }
    }
  }
}
