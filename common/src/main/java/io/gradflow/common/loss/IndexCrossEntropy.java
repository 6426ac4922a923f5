package io.gradflow.common.loss;

import io.gradflow.common.array.SoftmaxKernels;

/** {@link SoftmaxCrossEntropy} against class indices. */
final class IndexCrossEntropy implements Loss {
  private final int classes;
  private final float[] classWeights;

  /** The part of t' at the class index beyond {@link #off}. */
  private final float on;

  /** The part of t' that smoothing spreads over every class. */
  private final float off;

  private final double classWeightSum;
  private final float[] probabilities;

  IndexCrossEntropy(SoftmaxCrossEntropy spec, float[] classWeights) {
    this.classes = classWeights.length;
    this.classWeights = classWeights;
    this.on = 1 - spec.labelSmoothing();
    this.off = spec.labelSmoothing() / classes;
    double sum = 0;
    for (float weight : classWeights) {
      sum += weight;
    }
    this.classWeightSum = sum;
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
      int label = Targets.classIndex(targets[targetOffset + row], row, classes);
      float weight = weights[weightOffset + row];
      float labelWeight = classWeights[label];
      // sum_j c_j t'_j
      float mass = (float) (labelWeight * on + off * classWeightSum);
      float[] p = gradient == null ? probabilities : gradient;
      int po = gradient == null ? 0 : gradientOffset + row * classes;
      float max = SoftmaxKernels.max(classes, outputs, z);
      double logSum = SoftmaxKernels.softmaxFrom(max, classes, weight * mass, outputs, z, p, po);
      double loss = labelWeight * on * (logSum + ((double) max - outputs[z + label]));
      if (off > 0) {
        for (int j = 0; j < classes; j++) {
          loss += (double) (off * classWeights[j]) * (logSum + ((double) max - outputs[z + j]));
        }
      }
      sums.add(weight * loss, weight * labelWeight);
      if (gradient != null) {
        if (off > 0) {
          for (int j = 0; j < classes; j++) {
            gradient[po + j] -= weight * off * classWeights[j];
          }
        }
        gradient[po + label] -= weight * on * labelWeight;
      }
    }
  }
}
