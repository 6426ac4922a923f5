package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/**
 * u = u min(1, maxNorm / (||u|| + 1e-6)), the Euclidean norm over all trainable parameters
 * (Pascanu, Mikolov and Bengio 2013); the 1e-6 is {@code torch.nn.utils.clip_grad_norm_}'s.
 *
 * <p>The norm is taken in double where PyTorch takes it in float.
 */
public record ClipByGlobalNorm(double maxNorm) implements GradientTransform {
  private static final double GUARD = 1e-6;

  public ClipByGlobalNorm {
    Hyperparameters.positive("clipByGlobalNorm", "maxNorm", maxNorm);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Clip();
  }

  private final class Clip implements Measured {
    private float coefficient;

    @Override
    public int sumCount(Slice slice) {
      return 1;
    }

    @Override
    public void measure(
        Slice slice, float[] updates, float[] weights, double[] sums, int sumsOffset) {
      sums[sumsOffset] = Loops.sumOfSquares(slice.from(), slice.to(), updates);
    }

    @Override
    public void combine(Slices slices, double[] sums) {
      double squares = 0;
      for (int i = 0; i < slices.count(); i++) {
        squares += sums[i];
      }
      coefficient = (float) Math.min(1, maxNorm / (Math.sqrt(squares) + GUARD));
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      Loops.scale(slice.from(), slice.to(), coefficient, updates);
    }
  }
}
