package io.gradflow.common.array.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one species of this JVM, for products and element-wise kernels alike, and how vectors are
 * loaded and stored.
 */
public final class Lanes {
  /** Lane bits: 512, 256 or 128. */
  public static final int BITS =
      Integer.getInteger(
          "gradflow.vector", Math.min(512, FloatVector.SPECIES_PREFERRED.length() * 32));

  static final VectorSpecies<Float> FLOATS =
      BITS == 512
          ? FloatVector.SPECIES_512
          : BITS == 256 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;
  static final VectorSpecies<Integer> INTS =
      BITS == 512
          ? IntVector.SPECIES_512
          : BITS == 256 ? IntVector.SPECIES_256 : IntVector.SPECIES_128;

  /** Floats in a vector. */
  static final int COUNT = BITS / 32;

  private static final FloatVector NEGATIVE_ZERO = FloatVector.broadcast(FLOATS, -0f);

  private Lanes() {}

  /** The largest multiple of {@link #COUNT} up to n. */
  static int whole(int n) {
    return n & -COUNT;
  }

  static FloatVector load(float[] array, int index) {
    return FloatVector.fromArray(FLOATS, array, index);
  }

  static FloatVector all(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  static IntVector allInts(int value) {
    return IntVector.broadcast(INTS, value);
  }

  /**
   * Stores by a receiver of exactly known class: -0 + v is v bit for bit, and the constant keeps
   * the store an intrinsic even after other widths have run in this JVM.
   */
  static void store(FloatVector v, float[] array, int index) {
    NEGATIVE_ZERO.add(v).intoArray(array, index);
  }
}
