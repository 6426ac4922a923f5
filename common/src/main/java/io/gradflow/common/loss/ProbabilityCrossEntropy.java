package io.gradflow.common.loss;

import io.gradflow.common.array.SoftmaxKernels;

/** {@link SoftmaxCrossEntropy} against class probabilities. */
final class ProbabilityCrossEntropy implements Loss {
  private final int classes;
  private final float[] classWeights;
  private final float on;
  private final float off;
  private final float[] scaledTarget;
  private final float[] probabilities;

  ProbabilityCrossEntropy(SoftmaxCrossEntropy spec, float[] classWeights) {
    this.classes = classWeights.length;
    this.classWeights = classWeights;
    this.on = 1 - spec.labelSmoothing();
    this.off = spec.labelSmoothing() / classes;
    this.scaledTarget = new float[classes];
    this.probabilities = new float[classes];
  }

  @Override
  public void accumulate(
      int rows,
      float[] outputs,
      int outputOffset,
      float[] targets,
      int targetOffset,
      float[] weights,
      int weightOffset,
      float[] gradient,
      int gradientOffset,
      LossSums sums) {
    for (int row = 0; row < rows; row++) {
      int z = outputOffset + row * classes;
      int t = targetOffset + row * classes;
      double mass = 0;
      for (int j = 0; j < classes; j++) {
        float target = Targets.probability(targets[t + j], row);
        scaledTarget[j] = classWeights[j] * (on * target + off);
        mass += scaledTarget[j];
      }
      float weight = weights[weightOffset + row];
      float[] p = gradient == null ? probabilities : gradient;
      int po = gradient == null ? 0 : gradientOffset + row * classes;
      float max = SoftmaxKernels.max(classes, outputs, z);
      double logSum =
          SoftmaxKernels.softmaxFrom(max, classes, (float) (weight * mass), outputs, z, p, po);
      double loss = 0;
      for (int j = 0; j < classes; j++) {
        loss += scaledTarget[j] * (logSum + ((double) max - outputs[z + j]));
      }
      sums.add(weight * loss, weight);
      if (gradient != null) {
        for (int j = 0; j < classes; j++) {
          gradient[po + j] -= weight * scaledTarget[j];
        }
      }
    }
  }
}
