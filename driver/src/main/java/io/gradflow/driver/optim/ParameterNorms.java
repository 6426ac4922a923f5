package io.gradflow.driver.optim;

import java.util.Arrays;

/** Squared norms of every parameter's weights and updates, from two sums a slice. */
final class ParameterNorms {
  static final int SUMS = 2;

  private final double[] weightSquares;
  private final double[] updateSquares;

  ParameterNorms(int parameters) {
    this.weightSquares = new double[parameters];
    this.updateSquares = new double[parameters];
  }

  static void measure(
      Slice slice, float[] updates, float[] weights, double[] sums, int sumsOffset) {
    sums[sumsOffset] = Loops.sumOfSquares(slice.from(), slice.to(), weights);
    sums[sumsOffset + 1] = Loops.sumOfSquares(slice.from(), slice.to(), updates);
  }

  void combine(Slices slices, double[] sums) {
    Arrays.fill(weightSquares, 0);
    Arrays.fill(updateSquares, 0);
    for (int i = 0; i < slices.count(); i++) {
      int parameter = slices.get(i).parameter();
      weightSquares[parameter] += sums[SUMS * i];
      updateSquares[parameter] += sums[SUMS * i + 1];
    }
  }

  double ofWeights(int parameter) {
    return Math.sqrt(weightSquares[parameter]);
  }

  double ofUpdates(int parameter) {
    return Math.sqrt(updateSquares[parameter]);
  }
}
