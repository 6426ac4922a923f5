package io.gradflow.driver.optim;

/**
 * Loops that several parts of a chain share; plain, over one index, for the compiler to vectorise.
 */
final class Loops {
  private Loops() {}

  /**
   * sum x[i]^2 in double: eight partial sums by index modulo 8 from {@code from}, then in pairs.
   */
  static double sumOfSquares(int from, int to, float[] x) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = from;
    for (; i < to - 7; i += 8) {
      s0 += (double) x[i] * x[i];
      s1 += (double) x[i + 1] * x[i + 1];
      s2 += (double) x[i + 2] * x[i + 2];
      s3 += (double) x[i + 3] * x[i + 3];
      s4 += (double) x[i + 4] * x[i + 4];
      s5 += (double) x[i + 5] * x[i + 5];
      s6 += (double) x[i + 6] * x[i + 6];
      s7 += (double) x[i + 7] * x[i + 7];
    }
    double rest = 0;
    for (; i < to; i++) {
      rest += (double) x[i] * x[i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)) + rest;
  }

  /** sum a[i] b[i] in double, in four partial sums by index modulo 4, then in pairs. */
  static double dot(int count, float[] a, int aFrom, float[] b, int bFrom) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i < count - 3; i += 4) {
      s0 += (double) a[aFrom + i] * b[bFrom + i];
      s1 += (double) a[aFrom + i + 1] * b[bFrom + i + 1];
      s2 += (double) a[aFrom + i + 2] * b[bFrom + i + 2];
      s3 += (double) a[aFrom + i + 3] * b[bFrom + i + 3];
    }
    double rest = 0;
    for (; i < count; i++) {
      rest += (double) a[aFrom + i] * b[bFrom + i];
    }
    return ((s0 + s1) + (s2 + s3)) + rest;
  }

  /** x = factor x. */
  static void scale(int from, int to, float factor, float[] x) {
    for (int i = from; i < to; i++) {
      x[i] = factor * x[i];
    }
  }

  /** y = y + factor sign(x), sign(0) = 0. */
  static void addSigns(int from, int to, float factor, float[] x, float[] y) {
    for (int i = from; i < to; i++) {
      y[i] = Math.fma(factor, Math.signum(x[i]), y[i]);
    }
  }

  /** y = y + factor x. */
  static void addScaled(int from, int to, float factor, float[] x, float[] y) {
    for (int i = from; i < to; i++) {
      y[i] = Math.fma(factor, x[i], y[i]);
    }
  }
}
