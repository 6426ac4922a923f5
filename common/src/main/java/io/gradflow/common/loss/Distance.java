package io.gradflow.common.loss;

/** The Euclidean distance of two vectors, in double. */
final class Distance {
  private Distance() {}

  static double of(int width, float[] a, int ao, float[] b, int bo) {
    double sum = 0;
    for (int k = 0; k < width; k++) {
      double d = (double) a[ao + k] - b[bo + k];
      sum += d * d;
    }
    return Math.sqrt(sum);
  }
}
