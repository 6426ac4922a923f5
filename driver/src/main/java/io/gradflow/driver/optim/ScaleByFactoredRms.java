package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import java.util.Arrays;
import java.util.List;

/**
 * Adafactor's first half (Shazeer and Stern 2018, algorithms 4 and 5), t = step + 1, b = 1 -
 * t^-decay. A parameter of two axes or more is a matrix whose columns are its last axis:
 *
 * <pre>
 * R = b R + (1 - b) mean over columns of (g^2 + epsilon)       one a row
 * C = b C + (1 - b) mean over rows of (g^2 + epsilon)          one a column
 * u = g / sqrt(R C / mean(R))
 * </pre>
 *
 * Means instead of the paper's sums, which is the same direction. Any other parameter has v = b v +
 * (1 - b) (g^2 + epsilon), u = g / sqrt(v). The paper factors the last two axes of larger tensors,
 * one matrix each; here they are one matrix.
 *
 * <p>State {@code adafactor/rows} = R and {@code adafactor/columns} = C of all matrices one after
 * the other, {@code adafactor/squares} = v of all others.
 */
public record ScaleByFactoredRms(double decay, double epsilon) implements GradientTransform {
  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    List<ParamSlice> params = layout.slices().stream().filter(ParamSlice::trainable).toList();
    int rows = 0;
    int columns = 0;
    int squares = 0;
    for (ParamSlice param : params) {
      if (Columns.matrix(param)) {
        columns += param.shape().dim(-1);
        rows += param.size() / param.shape().dim(-1);
      } else {
        squares += param.size();
      }
    }
    return new Factored(
        params,
        state.zeros("adafactor/rows", rows),
        state.zeros("adafactor/columns", columns),
        state.zeros("adafactor/squares", squares));
  }

  private final class Factored implements Measured {
    private final boolean[] matrix;
    private final int[] offsets;
    private final int[] widths;
    private final int[] heights;

    /** Where a parameter's part of the state begins: rows of matrices, squares of others. */
    private final int[] firstRow;

    private final int[] firstColumn;
    private final float[] rows;
    private final float[] columns;
    private final float[] squares;
    private final double[] rowSums;
    private final double[] columnSums;
    private final float[] rowFactors;
    private final float[] columnFactors;
    private double keep;

    Factored(List<ParamSlice> params, float[] rows, float[] columns, float[] squares) {
      this.rows = rows;
      this.columns = columns;
      this.squares = squares;
      this.rowSums = new double[rows.length];
      this.columnSums = new double[columns.length];
      this.rowFactors = new float[rows.length];
      this.columnFactors = new float[columns.length];
      int count = params.size();
      this.matrix = new boolean[count];
      this.offsets = params.stream().mapToInt(ParamSlice::offset).toArray();
      this.widths = new int[count];
      this.heights = new int[count];
      this.firstRow = new int[count];
      this.firstColumn = new int[count];
      int row = 0;
      int column = 0;
      int square = 0;
      for (int p = 0; p < count; p++) {
        matrix[p] = Columns.matrix(params.get(p));
        widths[p] = matrix[p] ? params.get(p).shape().dim(-1) : 1;
        heights[p] = params.get(p).size() / widths[p];
        firstRow[p] = matrix[p] ? row : square;
        firstColumn[p] = column;
        if (matrix[p]) {
          row += heights[p];
          column += widths[p];
        } else {
          square += heights[p];
        }
      }
    }

    @Override
    public void begin(StepContext step) {
      keep = 1 - StrictMath.pow(step.step() + 1.0, -decay);
    }

    private int row(Slice slice, int index) {
      return (index - offsets[slice.parameter()]) / widths[slice.parameter()];
    }

    private int column(Slice slice, int index) {
      return (index - offsets[slice.parameter()]) % widths[slice.parameter()];
    }

    private int rowsWithin(Slice slice) {
      return row(slice, slice.to() - 1) - row(slice, slice.from()) + 1;
    }

    private int columnsWithin(Slice slice) {
      return Math.min(slice.to() - slice.from(), widths[slice.parameter()]);
    }

    /** Its rows' sums of squares, then its columns', from the first one on. */
    @Override
    public int sumCount(Slice slice) {
      return matrix[slice.parameter()] ? rowsWithin(slice) + columnsWithin(slice) : 0;
    }

    @Override
    public void measure(
        Slice slice, float[] updates, float[] weights, double[] sums, int sumsOffset) {
      if (!matrix[slice.parameter()]) {
        return;
      }
      int columnsFrom = sumsOffset + rowsWithin(slice);
      int count = columnsWithin(slice);
      Arrays.fill(sums, sumsOffset, columnsFrom + count, 0);
      int width = widths[slice.parameter()];
      int row = sumsOffset;
      int k = columnsFrom;
      int column = column(slice, slice.from());
      for (int i = slice.from(); i < slice.to(); i++) {
        double square = (double) updates[i] * updates[i];
        sums[row] += square;
        sums[k] += square;
        k = k + 1 == columnsFrom + count ? columnsFrom : k + 1;
        if (++column == width) {
          column = 0;
          row++;
        }
      }
    }

    @Override
    public void combine(Slices slices, double[] sums) {
      Arrays.fill(rowSums, 0);
      Arrays.fill(columnSums, 0);
      int at = 0;
      for (int i = 0; i < slices.count(); i++) {
        Slice slice = slices.get(i);
        int p = slice.parameter();
        if (!matrix[p]) {
          continue;
        }
        int row = firstRow[p] + row(slice, slice.from());
        for (int r = 0; r < rowsWithin(slice); r++) {
          rowSums[row + r] += sums[at++];
        }
        int column = column(slice, slice.from());
        for (int c = 0; c < columnsWithin(slice); c++) {
          columnSums[firstColumn[p] + column] += sums[at++];
          column = column + 1 == widths[p] ? 0 : column + 1;
        }
      }
      for (int p = 0; p < matrix.length; p++) {
        if (matrix[p]) {
          follow(p);
        }
      }
    }

    private void follow(int p) {
      int height = heights[p];
      double mean = 0;
      for (int r = firstRow[p]; r < firstRow[p] + height; r++) {
        rows[r] = (float) (keep * rows[r] + (1 - keep) * (rowSums[r] / widths[p] + epsilon));
        mean += rows[r];
      }
      mean /= height;
      for (int r = firstRow[p]; r < firstRow[p] + height; r++) {
        rowFactors[r] = (float) Math.sqrt(mean / rows[r]);
      }
      for (int c = firstColumn[p]; c < firstColumn[p] + widths[p]; c++) {
        columns[c] = (float) (keep * columns[c] + (1 - keep) * (columnSums[c] / height + epsilon));
        columnFactors[c] = (float) (1 / Math.sqrt(columns[c]));
      }
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      int p = slice.parameter();
      if (!matrix[p]) {
        int from = firstRow[p] + slice.from() - offsets[p];
        for (int i = slice.from(), k = from; i < slice.to(); i++, k++) {
          double square = (double) updates[i] * updates[i] + epsilon;
          squares[k] = (float) (keep * squares[k] + (1 - keep) * square);
          updates[i] *= (float) (1 / Math.sqrt(squares[k]));
        }
        return;
      }
      int row = firstRow[p] + row(slice, slice.from());
      int column = column(slice, slice.from());
      for (int i = slice.from(); i < slice.to(); i++) {
        updates[i] *= rowFactors[row] * columnFactors[firstColumn[p] + column];
        if (++column == widths[p]) {
          column = 0;
          row++;
        }
      }
    }
  }
}
