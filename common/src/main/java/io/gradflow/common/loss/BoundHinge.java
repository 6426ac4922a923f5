package io.gradflow.common.loss;

/** The executable twin of {@link Hinge} and {@link SquaredHinge}. */
record BoundHinge(int classes, int outputWidth, float margin, boolean squared) implements RowLoss {
  @Override
  public int targetWidth() {
    return 1;
  }

  @Override
  public double rowLoss(
      int row,
      float[] outputs,
      int o,
      float[] targets,
      int t,
      float weight,
      float[] gradient,
      int g) {
    int label = Targets.classIndex(targets[t], row, classes);
    int rival = outputWidth == 1 ? 0 : rival(outputs, o, label);
    double lead =
        outputWidth == 1
            ? (label == 1 ? outputs[o] : -outputs[o])
            : (double) outputs[o + label] - outputs[o + rival];
    double shortfall = Math.max(0, margin - lead);
    if (gradient != null) {
      // NaN must not pass for a fulfilled margin.
      float slope = shortfall == 0 ? 0 : squared ? (float) (2 * shortfall) : 1;
      float scaled = Double.isNaN(shortfall) ? Float.NaN : weight * slope;
      if (outputWidth == 1) {
        gradient[g] = label == 1 ? -scaled : scaled;
      } else {
        for (int k = 0; k < outputWidth; k++) {
          gradient[g + k] = k == label ? -scaled : k == rival ? scaled : 0;
        }
      }
    }
    return squared ? shortfall * shortfall : shortfall;
  }

  /** The largest output but the label's; the first of equals. */
  private int rival(float[] outputs, int o, int label) {
    int best = label == 0 ? 1 : 0;
    for (int k = best + 1; k < outputWidth; k++) {
      if (k != label && outputs[o + k] > outputs[o + best]) {
        best = k;
      }
    }
    return best;
  }
}
