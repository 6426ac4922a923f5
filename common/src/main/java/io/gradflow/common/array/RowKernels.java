package io.gradflow.common.array;

/**
 * Kernels over [rows, columns] matrices whose rows follow each other without gaps. Sums over rows
 * take the rows in ascending order, one chain a column, so that splitting the rows into calls
 * changes no bit.
 */
public final class RowKernels {
  private RowKernels() {}

  /** y += bias, the bias [columns] added to each row. */
  public static void addBias(int rows, int columns, float[] y, int yo, float[] bias, int bo) {
    for (int r = 0; r < rows; r++) {
      ArrayKernels.addInPlace(columns, y, yo + r * columns, bias, bo);
    }
  }

  /** y = max(y + bias, 0). */
  public static void addBiasRelu(int rows, int columns, float[] y, int yo, float[] bias, int bo) {
    addBias(rows, columns, y, yo, bias, bo);
    ActivationKernels.relu(rows * columns, y, yo, y, yo);
  }

  /** sums += the column sums of x. */
  public static void columnSums(int rows, int columns, float[] x, int xo, float[] sums, int so) {
    for (int r = 0; r < rows; r++) {
      ArrayKernels.addInPlace(columns, sums, so, x, xo + r * columns);
    }
  }

  /**
   * dy = dy where y > 0, else 0, in place; biasGradient += the column sums of the new dy. One pass
   * for a dense or convolution layer with bias and relu.
   */
  public static void reluBackwardBias(
      int rows, int columns, float[] y, int yo, float[] dy, int dyo, float[] biasGradient, int bo) {
    ActivationKernels.reluBackward(rows * columns, y, yo, dy, dyo, dy, dyo);
    columnSums(rows, columns, dy, dyo, biasGradient, bo);
  }
}
