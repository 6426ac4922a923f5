package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;

/**
 * Adafactor's second half (Shazeer and Stern 2018, algorithms 4 and 5), a parameter at a time, t =
 * step + 1:
 *
 * <pre>
 * u = u / max(1, RMS(u) / threshold)
 * u = u max(epsilon, RMS(w))                                       if byParameter
 * u = u min(learningRate, 1 / sqrt(t)) / learningRate              if relative
 * </pre>
 *
 * RMS is the root mean square of a parameter's elements.
 */
public record ScaleByRootMeanSquares(
    double threshold, boolean relative, boolean byParameter, double epsilon)
    implements GradientTransform {
  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Bound(layout);
  }

  private final class Bound implements Measured {
    private final int[] sizes;
    private final ParameterNorms norms;
    private double stepFactor;

    Bound(ParamLayout layout) {
      this.sizes = layout.slices().stream().mapToInt(ParamSlice::size).toArray();
      this.norms = new ParameterNorms(sizes.length);
    }

    @Override
    public void begin(StepContext step) {
      double rate = step.learningRate();
      double bound = 1 / Math.sqrt(step.step() + 1.0);
      stepFactor = relative && rate > bound ? bound / rate : 1;
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
      int parameter = slice.parameter();
      double root = Math.sqrt(sizes[parameter]);
      double factor = stepFactor / Math.max(1, norms.ofUpdates(parameter) / root / threshold);
      if (byParameter) {
        factor *= Math.max(epsilon, norms.ofWeights(parameter) / root);
      }
      Loops.scale(slice.from(), slice.to(), (float) factor, updates);
    }
  }
}
