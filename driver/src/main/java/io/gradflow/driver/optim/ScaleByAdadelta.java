package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/**
 * Adadelta's direction (Zeiler 2012, algorithm 1):
 *
 * <pre>
 * s = decay s + (1 - decay) g^2
 * u = sqrt(d + epsilon) / sqrt(s + epsilon) g
 * d = decay d + (1 - decay) u^2
 * </pre>
 *
 * State {@code adadelta/squares} = s, {@code adadelta/deltas} = d.
 */
public record ScaleByAdadelta(double decay, double epsilon) implements GradientTransform {
  public ScaleByAdadelta {
    Hyperparameters.fraction("scaleByAdadelta", "decay", decay);
    Hyperparameters.positive("scaleByAdadelta", "epsilon", epsilon);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Bound(
        state.zeros("adadelta/squares", layout.trainableSize()),
        state.zeros("adadelta/deltas", layout.trainableSize()));
  }

  private final class Bound implements Update {
    private final float[] squares;
    private final float[] deltas;

    Bound(float[] squares, float[] deltas) {
      this.squares = squares;
      this.deltas = deltas;
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
        float u = (float) Math.sqrt(deltas[i] + guard) / (float) Math.sqrt(square + guard) * g;
        deltas[i] = Math.fma(keep, deltas[i], gain * u * u);
        updates[i] = u;
      }
    }
  }
}
