package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import java.util.List;

/**
 * LAMB's layer-wise scaling (You et al. 2020, algorithm 2 with phi the identity): every parameter's
 * updates are multiplied by ||w|| / ||u||, by 1 where either norm is 0.
 *
 * @param exclude names of parameters that are left alone, a star for any characters
 */
public record ScaleByTrustRatio(List<String> exclude) implements GradientTransform {
  public ScaleByTrustRatio {
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
      this.excluded = NamePatterns.matches("trust ratio", exclude, layout);
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
      double weightNorm = norms.ofWeights(slice.parameter());
      double updateNorm = norms.ofUpdates(slice.parameter());
      if (!excluded[slice.parameter()] && weightNorm > 0 && updateNorm > 0) {
        Loops.scale(slice.from(), slice.to(), (float) (weightNorm / updateNorm), updates);
      }
    }
  }
}
