package io.gradflow.common.nn;

import io.gradflow.common.array.PackedMatrix;

/**
 * A parameter in equal ranges of rows, one after the other, each a matrix of its own that {@link
 * WeightPacks} has packed for all replicas. Owned by one layer and thread.
 */
final class PackedParts {
  private final WeightMatrix[] parts;
  private final PackedMatrix[] matrices;

  /**
   * @param count ranges; 0 where they cannot be had like this
   */
  PackedParts(Binding binding, String name, int count, boolean transposed) {
    this.parts = new WeightMatrix[count];
    this.matrices = new PackedMatrix[count];
    for (int i = 0; i < count; i++) {
      parts[i] = binding.weightMatrix(name, i, count, transposed);
    }
  }

  /** Whether every range is packed with the weights of this pass. */
  boolean isIn(Pass pass) {
    for (int i = 0; i < parts.length; i++) {
      matrices[i] = parts[i].packed(pass);
      if (matrices[i] == null) {
        return false;
      }
    }
    return parts.length > 0;
  }

  /** Those of the pass that {@link #isIn} has found them in. */
  PackedMatrix[] matrices() {
    return matrices;
  }
}
