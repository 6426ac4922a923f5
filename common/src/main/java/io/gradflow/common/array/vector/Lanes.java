package io.gradflow.common.array.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one species of this JVM, for products and element-wise kernels alike.
 *
 * <p>How loops of vectors are written, so that none is ever boxed: <b>no vector crosses a method of
 * ours, or lives while one runs</b>. The Vector API's own methods are always inlined. Ours are not
 * where the compiler deems the loop cold, has many nodes in the caller already, has inlined 15
 * levels or has compiled the method apart before; and a vector that crosses a call is an object. So
 * loops load by {@code FloatVector.fromArray(FLOATS, x, at)}, broadcast scalars before they begin,
 * and store by {@code TYPE.cast(v).intoArray(y, at)}: the cast tells the compiler the receiver's
 * class, without which a store is a virtual call once other widths have run in the JVM. Longer
 * functions are loops over a chunk of scratch, one after the other.
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

  /** The class of vectors of {@link #FLOATS}. */
  static final Class<? extends FloatVector> TYPE = FloatVector.zero(FLOATS).getClass();

  private Lanes() {}

  /** The largest multiple of {@link #COUNT} up to n. */
  static int whole(int n) {
    return n & -COUNT;
  }

  /** For static constants: {@code FloatVector.broadcast(FLOATS, value)}. */
  static FloatVector constant(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  /** For static constants: {@code IntVector.broadcast(INTS, value)}. */
  static IntVector constant(int value) {
    return IntVector.broadcast(INTS, value);
  }
}
