package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import java.util.List;

/**
 * LARS' direction (You, Gitman and Ginsburg 2017, equation 6): for every parameter u = r (g + decay
 * w), r = coefficient ||w|| / (||g|| + decay ||w||); r = 1 where either norm is 0.
 *
 * @param coefficient the paper's trust coefficient eta
 * @param decay the paper's beta
 * @param exclude names of parameters whose gradient passes as it is, a star for any characters
 */
public record ScaleByLars(double coefficient, double decay, List<String> exclude)
    implements GradientTransform {
  public ScaleByLars {
    Hyperparameters.positive("scaleByLars", "coefficient", coefficient);
    Hyperparameters.notNegative("scaleByLars", "decay", decay);
    exclude = List.copyOf(exclude);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Bound(layout);
  }

  private final class Bound implements Measured {
    private final boolean[] excluded;
    private final ParameterNorms norms;

    Bound(ParamLayout layout) {
      this.excluded = NamePatterns.matches("lars", exclude, layout);
      this.norms = new ParameterNorms(excluded.length);
    }

    @Override
    public int sumCount(Slice slice) {
      return ParameterNorms.SUMS;
    }

    @Override
    public void measure(
        Slice slice, float[] updates, float[] weights, double[] sums, int sumsOffset) {
      ParameterNorms.measure(slice, updates, weights, sums, sumsOffset);
    }

    @Override
    public void combine(Slices slices, double[] sums) {
      norms.combine(slices, sums);
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      if (excluded[slice.parameter()]) {
        return;
      }
      double weightNorm = norms.ofWeights(slice.parameter());
      double gradientNorm = norms.ofUpdates(slice.parameter());
      Loops.addScaled(slice.from(), slice.to(), (float) decay, weights, updates);
      if (weightNorm > 0 && gradientNorm > 0) {
        double rate = coefficient * weightNorm / (gradientNorm + decay * weightNorm);
        Loops.scale(slice.from(), slice.to(), (float) rate, updates);
      }
    }
  }
}
