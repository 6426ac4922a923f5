package io.gradflow.common.array;

import io.gradflow.common.array.vector.VectorRows;

/**
 * Kernels over [rows, columns] matrices whose rows follow each other without gaps. Sums over rows
 * take the rows in ascending order, one chain a column, so that splitting the rows into calls
 * changes no bit.
 */
public final class RowKernels {
  private RowKernels() {}

  /** y += bias, the bias [columns] added to each row. */
  public static void addBias(int rows, int columns, float[] y, int yo, float[] bias, int bo) {
    int first = VectorSupport.ENABLED ? VectorRows.addBias(rows, columns, y, yo, bias, bo) : 0;
    for (int r = 0, row = yo; r < rows; r++, row += columns) {
      for (int j = first; j < columns; j++) {
        y[row + j] += bias[bo + j];
      }
    }
  }

  /** y = max(y + bias, 0); NaN stays. */
  public static void addBiasRelu(int rows, int columns, float[] y, int yo, float[] bias, int bo) {
    int first = VectorSupport.ENABLED ? VectorRows.addBiasRelu(rows, columns, y, yo, bias, bo) : 0;
    for (int r = 0, row = yo; r < rows; r++, row += columns) {
      for (int j = first; j < columns; j++) {
        float v = y[row + j] + bias[bo + j];
        y[row + j] = v < 0f ? 0f : v;
      }
    }
  }

  /** sums += the column sums of x. */
  public static void columnSums(int rows, int columns, float[] x, int xo, float[] sums, int so) {
    int first = VectorSupport.ENABLED ? VectorRows.columnSums(rows, columns, x, xo, sums, so) : 0;
    for (int r = 0, row = xo; r < rows; r++, row += columns) {
      for (int j = first; j < columns; j++) {
        sums[so + j] += x[row + j];
      }
    }
  }

  /**
   * dy = dy where y > 0, else 0, in place; biasGradient += the column sums of the new dy. One pass
   * for a dense or convolution layer with bias and relu.
   */
  public static void reluBackwardBias(
      int rows, int columns, float[] y, int yo, float[] dy, int dyo, float[] biasGradient, int bo) {
    int first =
        VectorSupport.ENABLED
            ? VectorRows.reluBackwardBias(rows, columns, y, yo, dy, dyo, biasGradient, bo)
            : 0;
    for (int r = 0; r < rows; r++) {
      for (int j = first; j < columns; j++) {
        int at = r * columns + j;
        float d = y[yo + at] > 0f ? dy[dyo + at] : 0f;
        dy[dyo + at] = d;
        biasGradient[bo + j] += d;
      }
    }
  }
}
