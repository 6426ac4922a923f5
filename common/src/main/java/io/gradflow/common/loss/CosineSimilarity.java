package io.gradflow.common.loss;

/** The cosine of two vectors and its gradient, in double. A norm below 1e-8 counts as 1e-8. */
final class CosineSimilarity {
  private static final double LEAST_NORM = 1e-8;

  private CosineSimilarity() {}

  static double of(int width, float[] a, int ao, float[] b, int bo) {
    return dot(width, a, ao, b, bo) / (norm(width, a, ao) * norm(width, b, bo));
  }

  /** gradient = factor d(cosine)/da = factor (b / |b| - cosine a / |a|) / |a|. */
  static void gradient(
      int width,
      double factor,
      double cosine,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] gradient,
      int g) {
    double normA = norm(width, a, ao);
    double normB = norm(width, b, bo);
    // Below the least norm the denominator does not move with a.
    double along = normA > LEAST_NORM ? cosine / normA : 0;
    for (int k = 0; k < width; k++) {
      gradient[g + k] = (float) (factor * (b[bo + k] / normB - along * a[ao + k]) / normA);
    }
  }

  private static double norm(int width, float[] a, int ao) {
    return Math.max(LEAST_NORM, Math.sqrt(dot(width, a, ao, a, ao)));
  }

  private static double dot(int width, float[] a, int ao, float[] b, int bo) {
    double sum = 0;
    for (int k = 0; k < width; k++) {
      sum += (double) a[ao + k] * b[bo + k];
    }
    return sum;
  }
}
