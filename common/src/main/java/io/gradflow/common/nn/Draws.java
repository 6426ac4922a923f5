package io.gradflow.common.nn;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.Shape;

/**
 * The distributions behind {@link Initializer}, in double with {@link StrictMath} and one draw an
 * element, so the bits depend on key and shape alone.
 */
final class Draws {
  private Draws() {}

  /** Elements that feed one output unit. */
  static double fanIn(Shape shape) {
    return shape.rank() < 2 ? shape.size() : (double) shape.size() / shape.dim(-1);
  }

  /** Elements that one input unit feeds. */
  static double fanOut(Shape shape) {
    return shape.rank() < 2 ? shape.size() : (double) shape.size() / shape.dim(-2);
  }

  /** Uniform in [-limit, limit). */
  static void uniform(long key, double limit, Shape shape, float[] weights, int offset) {
    uniform(key, -limit, limit, shape, weights, offset);
  }

  /** Uniform in [min, max). */
  static void uniform(long key, double min, double max, Shape shape, float[] weights, int offset) {
    for (int i = 0; i < shape.size(); i++) {
      weights[offset + i] = (float) (min + (max - min) * CounterRng.uniformDouble(key, i));
    }
  }

  static void normal(
      long key, double mean, double stddev, Shape shape, float[] weights, int offset) {
    for (int i = 0; i < shape.size(); i++) {
      weights[offset + i] = (float) (mean + stddev * CounterRng.gaussian(key, i));
    }
  }

  /** Draw a of element i has index i + a n, so elements draw again without touching others. */
  static void truncatedNormal(
      long key, double mean, double stddev, Shape shape, float[] weights, int offset) {
    int n = shape.size();
    for (int i = 0; i < n; i++) {
      long index = i;
      double z = CounterRng.gaussian(key, index);
      while (StrictMath.abs(z) > 2) {
        index += n;
        z = CounterRng.gaussian(key, index);
      }
      weights[offset + i] = (float) (mean + stddev * z);
    }
  }

  /**
   * The Q of a matrix of normal draws, by modified Gram-Schmidt with each vector orthogonalised
   * twice, in double. R's diagonal comes out positive, which makes Q uniform over the orthogonal
   * matrices (Mezzadri 2007, arXiv:math-ph/0609050).
   */
  static void orthogonal(long key, double gain, Shape shape, float[] weights, int offset) {
    int columns = shape.rank() == 0 ? 1 : shape.dim(-1);
    int rows = shape.size() / columns;
    int count = StrictMath.min(rows, columns);
    int length = StrictMath.max(rows, columns);
    double[][] basis = new double[count][length];
    for (int v = 0; v < count; v++) {
      double[] vector = basis[v];
      for (int i = 0; i < length; i++) {
        vector[i] = CounterRng.gaussian(key, (long) v * length + i);
      }
      for (int sweep = 0; sweep < 2; sweep++) {
        for (int u = 0; u < v; u++) {
          subtract(vector, basis[u], dot(vector, basis[u]));
        }
      }
      scale(vector, 1 / StrictMath.sqrt(dot(vector, vector)));
    }
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double q = rows >= columns ? basis[c][r] : basis[r][c];
        weights[offset + r * columns + c] = (float) (gain * q);
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void subtract(double[] a, double[] b, double factor) {
    for (int i = 0; i < a.length; i++) {
      a[i] -= factor * b[i];
    }
  }

  private static void scale(double[] a, double factor) {
    for (int i = 0; i < a.length; i++) {
      a[i] *= factor;
    }
  }
}
