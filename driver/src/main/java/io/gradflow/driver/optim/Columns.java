package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import java.util.Arrays;
import java.util.List;

/**
 * The columns of parameters as matrices: of two axes or more, each index of the last axis (a unit
 * of a layer's output) is a column; a parameter of one axis is one column.
 */
final class Columns {
  private final int[] offsets;
  private final int[] counts;
  private final int[] heights;

  Columns(ParamLayout layout) {
    List<ParamSlice> params = layout.slices();
    this.offsets = params.stream().mapToInt(ParamSlice::offset).toArray();
    this.counts = params.stream().mapToInt(p -> matrix(p) ? p.shape().dim(-1) : 1).toArray();
    this.heights = new int[counts.length];
    for (int p = 0; p < heights.length; p++) {
      heights[p] = params.get(p).size() / counts[p];
    }
  }

  static boolean matrix(ParamSlice parameter) {
    return parameter.shape().rank() >= 2;
  }

  /** Elements of a column of a parameter. */
  int height(int parameter) {
    return heights[parameter];
  }

  /** The column of a slice's first element. */
  int first(Slice slice) {
    return (slice.from() - offsets[slice.parameter()]) % counts[slice.parameter()];
  }

  /** Columns that a slice has elements of: {@link #first} and those after it, around the end. */
  int within(Slice slice) {
    return Math.min(slice.to() - slice.from(), counts[slice.parameter()]);
  }

  /** New doubles, one a column of each parameter. */
  double[][] doubles() {
    double[][] columns = new double[counts.length][];
    for (int p = 0; p < counts.length; p++) {
      columns[p] = new double[counts[p]];
    }
    return columns;
  }

  /**
   * The squares of a slice's elements, added up by column in double.
   *
   * @param sums overwritten from {@code sumsOffset}, {@link #within} of them
   */
  void sumSquares(Slice slice, float[] x, double[] sums, int sumsOffset) {
    int count = within(slice);
    Arrays.fill(sums, sumsOffset, sumsOffset + count, 0);
    int k = sumsOffset;
    for (int i = slice.from(); i < slice.to(); i++) {
      sums[k] += (double) x[i] * x[i];
      k = k + 1 == sumsOffset + count ? sumsOffset : k + 1;
    }
  }

  /** Multiplies a slice's elements by the factors of their columns, in place. */
  void multiply(Slice slice, double[] factors, float[] x) {
    int column = first(slice);
    for (int i = slice.from(); i < slice.to(); i++) {
      x[i] *= (float) factors[column];
      column = column + 1 == factors.length ? 0 : column + 1;
    }
  }

  /** Adds a slice's sums, one a column from its first, to those of its parameter. */
  void add(Slice slice, double[] sums, int sumsOffset, double[] columns) {
    int count = within(slice);
    int column = first(slice);
    for (int k = 0; k < count; k++) {
      columns[column] += sums[sumsOffset + k];
      column = column + 1 == columns.length ? 0 : column + 1;
    }
  }
}
