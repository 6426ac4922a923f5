package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Max-norm (Srivastava et al. 2014, section 5.1): after the descent, a unit whose incoming weights
 * are longer than the bound has them scaled back to it. A unit is a column of a parameter of two
 * axes or more, as {@link ClipByUnitNorm}; other parameters are left alone. Of several bounds on a
 * parameter the smallest counts.
 *
 * @param bounds by pattern of the parameters' names, a star for any characters
 */
public record BoundUnitNorm(Map<String, Double> bounds) implements GradientTransform {
  public BoundUnitNorm {
    bounds = new TreeMap<>(bounds);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    double[] longest = new double[layout.slices().size()];
    Arrays.fill(longest, Double.POSITIVE_INFINITY);
    bounds.forEach(
        (pattern, bound) -> {
          boolean[] matched = NamePatterns.matches("maxNorm", pattern, layout);
          for (int p = 0; p < matched.length; p++) {
            if (matched[p] && Columns.matrix(layout.slices().get(p))) {
              longest[p] = Math.min(longest[p], bound);
            }
          }
        });
    return new Bound(layout, longest);
  }

  private static final class Bound implements Measured {
    private final Columns columns;
    private final double[] longest;
    private final double[][] factors;

    Bound(ParamLayout layout, double[] longest) {
      this.columns = new Columns(layout);
      this.longest = longest;
      this.factors = columns.doubles();
    }

    private boolean isBound(Slice slice) {
      return longest[slice.parameter()] < Double.POSITIVE_INFINITY;
    }

    @Override
    public int sumCount(Slice slice) {
      return isBound(slice) ? columns.within(slice) : 0;
    }

    @Override
    public void measure(
        Slice slice, float[] updates, float[] weights, double[] sums, int sumsOffset) {
      if (isBound(slice)) {
        columns.sumSquares(slice, weights, sums, sumsOffset);
      }
    }

    @Override
    public void combine(Slices slices, double[] sums) {
      for (double[] each : factors) {
        Arrays.fill(each, 0);
      }
      int at = 0;
      for (int i = 0; i < slices.count(); i++) {
        Slice slice = slices.get(i);
        if (isBound(slice)) {
          columns.add(slice, sums, at, factors[slice.parameter()]);
        }
        at += sumCount(slice);
      }
      for (int p = 0; p < factors.length; p++) {
        for (int c = 0; c < factors[p].length; c++) {
          double norm = Math.sqrt(factors[p][c]);
          factors[p][c] = norm > longest[p] ? longest[p] / norm : 1;
        }
      }
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      if (isBound(slice)) {
        columns.multiply(slice, factors[slice.parameter()], weights);
      }
    }
  }
}
