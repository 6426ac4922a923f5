package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import java.util.Arrays;
import java.util.List;

/**
 * Adaptive gradient clipping (Brock et al. 2021, equation 3): a unit whose gradient is longer than
 * {@code ratio max(||w||, 0.001)} has it scaled down to that. A unit is a column of a parameter of
 * two axes or more, the norm taken over all axes but the last; any other parameter is one unit.
 *
 * @param ratio longest gradient as a share of the weights' norm; the paper's lambda
 * @param exclude names of parameters that are left alone, a star for any characters
 */
public record ClipByUnitNorm(double ratio, List<String> exclude) implements GradientTransform {
  private static final double LEAST_NORM = 1e-3;

  public ClipByUnitNorm {
    Hyperparameters.positive("clipByUnitNorm", "ratio", ratio);
    exclude = List.copyOf(exclude);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Bound(layout);
  }

  private final class Bound implements Measured {
    private final Columns columns;
    private final boolean[] excluded;
    private final double[][] weightSquares;
    private final double[][] updateSquares;

    Bound(ParamLayout layout) {
      this.columns = new Columns(layout);
      this.excluded = NamePatterns.matches("adaptive clip", exclude, layout);
      this.weightSquares = columns.doubles();
      this.updateSquares = columns.doubles();
    }

    /** The weights' squares by column, then the updates'. */
    @Override
    public int sumCount(Slice slice) {
      return excluded[slice.parameter()] ? 0 : 2 * columns.within(slice);
    }

    @Override
    public void measure(
        Slice slice, float[] updates, float[] weights, double[] sums, int sumsOffset) {
      if (excluded[slice.parameter()]) {
        return;
      }
      columns.sumSquares(slice, weights, sums, sumsOffset);
      columns.sumSquares(slice, updates, sums, sumsOffset + columns.within(slice));
    }

    /** Leaves the factor of each column in {@code updateSquares}. */
    @Override
    public void combine(Slices slices, double[] sums) {
      for (int p = 0; p < weightSquares.length; p++) {
        Arrays.fill(weightSquares[p], 0);
        Arrays.fill(updateSquares[p], 0);
      }
      int at = 0;
      for (int i = 0; i < slices.count(); i++) {
        Slice slice = slices.get(i);
        if (!excluded[slice.parameter()]) {
          columns.add(slice, sums, at, weightSquares[slice.parameter()]);
          columns.add(slice, sums, at + columns.within(slice), updateSquares[slice.parameter()]);
        }
        at += sumCount(slice);
      }
      for (int p = 0; p < weightSquares.length; p++) {
        for (int c = 0; c < weightSquares[p].length; c++) {
          double longest = ratio * Math.max(Math.sqrt(weightSquares[p][c]), LEAST_NORM);
          double norm = Math.sqrt(updateSquares[p][c]);
          updateSquares[p][c] = norm > longest ? longest / norm : 1;
        }
      }
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      if (excluded[slice.parameter()]) {
        return;
      }
      columns.multiply(slice, updateSquares[slice.parameter()], updates);
    }
  }
}
