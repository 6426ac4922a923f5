package io.gradflow.driver.train;

import io.gradflow.common.array.ParamLayout;

/** The step of what layers keep and no optimizer touches: running means and variances. */
final class Statistics {
  private Statistics() {}

  /**
   * Every statistic changes by the mean over rows of the changes that the layers found: s = s +
   * changeSum / rows. Frozen parameters do not change: nothing adds to their slots.
   *
   * @param weights the flat weights; the part behind the trainable one is updated in place
   * @param gradientSum sum over rows; read only
   * @param rows behind the sum, above 0
   */
  static void update(ParamLayout layout, float[] weights, float[] gradientSum, long rows) {
    float mean = (float) (1.0 / rows);
    for (int i = layout.trainableSize(); i < layout.size(); i++) {
      weights[i] = Math.fma(mean, gradientSum[i], weights[i]);
    }
  }
}
