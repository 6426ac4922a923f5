package io.gradflow.common.array;

/** A float array that grows and is used again; one a thread. */
final class ScratchFloats {
  private float[] floats = new float[0];

  /** At least {@code size} floats of unknown content. */
  float[] atLeast(int size) {
    if (floats.length < size) {
      floats = new float[size];
    }
    return floats;
  }
}
