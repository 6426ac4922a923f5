package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import java.util.Arrays;

/**
 * Gradient centralization (Yong et al. 2020): from every column of a parameter of two axes or more
 * its mean is subtracted, the mean over all axes but the last (a unit of the layer's output).
 */
public record Centralize() implements GradientTransform {
  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Bound(layout);
  }

  private static final class Bound implements Measured {
    private final Columns columns;
    private final boolean[] centred;
    private final double[][] means;

    Bound(ParamLayout layout) {
      this.columns = new Columns(layout);
      this.means = columns.doubles();
      this.centred = new boolean[means.length];
      for (int p = 0; p < centred.length; p++) {
        centred[p] = Columns.matrix(layout.slices().get(p));
      }
    }

    @Override
    public int sumCount(Slice slice) {
      return centred[slice.parameter()] ? columns.within(slice) : 0;
    }

    @Override
    public void measure(
        Slice slice, float[] updates, float[] weights, double[] sums, int sumsOffset) {
      int count = sumCount(slice);
      if (count == 0) {
        return;
      }
      Arrays.fill(sums, sumsOffset, sumsOffset + count, 0);
      int k = 0;
      for (int i = slice.from(); i < slice.to(); i++) {
        sums[sumsOffset + k] += updates[i];
        k = k + 1 == count ? 0 : k + 1;
      }
    }

    @Override
    public void combine(Slices slices, double[] sums) {
      for (double[] mean : means) {
        Arrays.fill(mean, 0);
      }
      int at = 0;
      for (int i = 0; i < slices.count(); i++) {
        Slice slice = slices.get(i);
        if (centred[slice.parameter()]) {
          columns.add(slice, sums, at, means[slice.parameter()]);
        }
        at += sumCount(slice);
      }
      for (int p = 0; p < means.length; p++) {
        for (int c = 0; c < means[p].length; c++) {
          means[p][c] /= columns.height(p);
        }
      }
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      if (!centred[slice.parameter()]) {
        return;
      }
      double[] mean = means[slice.parameter()];
      int column = columns.first(slice);
      for (int i = slice.from(); i < slice.to(); i++) {
        updates[i] -= (float) mean[column];
        column = column + 1 == mean.length ? 0 : column + 1;
      }
    }
  }
}
