package io.gradflow.common.loss;

import io.gradflow.common.spec.Settings;
import java.util.List;

/** Weights of classes in index order. */
final class ClassWeights {
  private ClassWeights() {}

  /**
   * @throws IllegalArgumentException unless all are finite and not negative
   */
  static void require(List<Float> classWeights) {
    for (float weight : classWeights) {
      Settings.requireNotNegative("class weight", weight);
    }
  }

  /**
   * The weights as an array, all 1 where none are given.
   *
   * @throws IllegalArgumentException if there are not as many as classes
   */
  static float[] of(List<Float> classWeights, int classes) {
    if (!classWeights.isEmpty() && classWeights.size() != classes) {
      throw new IllegalArgumentException(
          classWeights.size() + " class weights for " + classes + " classes");
    }
    float[] weights = new float[classes];
    for (int i = 0; i < classes; i++) {
      weights[i] = classWeights.isEmpty() ? 1 : classWeights.get(i);
    }
    return weights;
  }
}
