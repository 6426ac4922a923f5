package io.gradflow.driver.optim;

import io.gradflow.common.array.Gemm;
import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import java.util.Arrays;
import java.util.List;

/**
 * Muon's direction (Jordan et al. 2024) for a parameter of two axes or more, taken as a matrix [m,
 * n] whose columns are its last axis:
 *
 * <pre>
 * v = momentum v + g
 * X = (g + momentum v) / ||g + momentum v||
 * iterations times: A = X^T X (or X X^T, whichever is smaller), X = X (a + b A + c A^2)
 * u = X sqrt(max(1, n / m)),    a, b, c = 3.4445, -4.7750, 2.0315
 * </pre>
 *
 * so that the singular values of u are about 1, between 0.7 and 1.2. Products are those of {@link
 * Numerics#PORTABLE}, in float32 where the authors use bfloat16. Any other parameter, and what is
 * named, has the direction of another transform, times a factor.
 *
 * <p>State {@code muon/momentum} = v, and that of the other transform. The products run on one
 * thread.
 *
 * @param momentum share of v that is kept
 * @param other for parameters that are not matrices
 * @param otherFactor what multiplies its direction
 * @param exclude names of matrices that the other transform takes, a star for any characters
 */
public record OrthogonalizeMomentum(
    double momentum, int iterations, ScaleByAdam other, double otherFactor, List<String> exclude)
    implements GradientTransform {
  private static final float A = 3.4445f;
  private static final float B = -4.7750f;
  private static final float C = 2.0315f;
  private static final double LEAST_NORM = 1e-7;

  public OrthogonalizeMomentum {
    exclude = List.copyOf(exclude);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    return new Orthogonal(
        layout,
        state.zeros("muon/momentum", layout.trainableSize()),
        other.init(layout, state),
        NamePatterns.matches("muon", exclude, layout));
  }

  private final class Orthogonal implements Measured {
    private final Gemm gemm = Numerics.PORTABLE.gemm();
    private final List<ParamSlice> params;
    private final boolean[] matrix;
    private final float[] trace;
    private final Update rest;

    /** Each matrix under way, where the updates are. */
    private final float[] x;

    private final float[] next;
    private final float[] square;
    private final float[] fourth;
    private final double[] squares;

    Orthogonal(ParamLayout layout, float[] trace, Update rest, boolean[] excluded) {
      this.params = layout.slices();
      this.trace = trace;
      this.rest = rest;
      this.x = new float[trace.length];
      this.matrix = new boolean[params.size()];
      int largest = 0;
      int largestSide = 0;
      for (int p = 0; p < matrix.length; p++) {
        ParamSlice param = params.get(p);
        matrix[p] = param.trainable() && Columns.matrix(param) && !excluded[p];
        if (matrix[p]) {
          largest = Math.max(largest, param.size());
          largestSide = Math.max(largestSide, Math.min(columns(param), rows(param)));
        }
      }
      this.next = new float[largest];
      this.square = new float[largestSide * largestSide];
      this.fourth = new float[square.length];
      this.squares = new double[matrix.length];
    }

    private static int columns(ParamSlice param) {
      return param.shape().dim(-1);
    }

    private static int rows(ParamSlice param) {
      return param.size() / param.shape().dim(-1);
    }

    @Override
    public void begin(StepContext step) {
      rest.begin(step);
    }

    @Override
    public int sumCount(Slice slice) {
      return matrix[slice.parameter()] ? 1 : 0;
    }

    @Override
    public void measure(
        Slice slice, float[] updates, float[] weights, double[] sums, int sumsOffset) {
      if (matrix[slice.parameter()]) {
        lookAhead(slice.from(), slice.to(), (float) momentum, updates, trace, x);
        sums[sumsOffset] = Loops.sumOfSquares(slice.from(), slice.to(), x);
      }
    }

    @Override
    public void combine(Slices slices, double[] sums) {
      Arrays.fill(squares, 0);
      int at = 0;
      for (int i = 0; i < slices.count(); i++) {
        int p = slices.get(i).parameter();
        if (matrix[p]) {
          squares[p] += sums[at++];
        }
      }
      for (int p = 0; p < matrix.length; p++) {
        if (matrix[p]) {
          orthogonalize(params.get(p), Math.sqrt(squares[p]));
        }
      }
    }

    private void orthogonalize(ParamSlice param, double norm) {
      int m = rows(param);
      int n = columns(param);
      int from = param.offset();
      Loops.scale(from, param.end(), (float) (1 / (norm + LEAST_NORM)), x);
      boolean tall = m > n;
      int side = Math.min(m, n);
      for (int k = 0; k < iterations; k++) {
        gemm.multiply(
            tall, !tall, side, side, Math.max(m, n), x, from, n, x, from, n, 0, square, 0, side);
        gemm.multiply(
            false, false, side, side, side, square, 0, side, square, 0, side, 0, fourth, 0, side);
        for (int i = 0; i < side * side; i++) {
          fourth[i] = Math.fma(C, fourth[i], B * square[i]);
        }
        if (tall) {
          gemm.multiply(false, false, m, n, n, x, from, n, fourth, 0, n, 0, next, 0, n);
        } else {
          gemm.multiply(false, false, m, n, m, fourth, 0, m, x, from, n, 0, next, 0, n);
        }
        for (int i = 0; i < param.size(); i++) {
          x[from + i] = Math.fma(A, x[from + i], next[i]);
        }
      }
      if (n > m) {
        Loops.scale(from, param.end(), (float) Math.sqrt((double) n / m), x);
      }
    }

    @Override
    public void slice(Slice slice, float[] updates, float[] weights) {
      if (matrix[slice.parameter()]) {
        System.arraycopy(x, slice.from(), updates, slice.from(), slice.to() - slice.from());
      } else {
        rest.slice(slice, updates, weights);
        Loops.scale(slice.from(), slice.to(), (float) otherFactor, updates);
      }
    }
  }

  private static void lookAhead(
      int from, int to, float momentum, float[] u, float[] trace, float[] x) {
    for (int i = from; i < to; i++) {
      float v = Math.fma(momentum, trace[i], u[i]);
      trace[i] = v;
      x[i] = Math.fma(momentum, v, u[i]);
    }
  }
}
