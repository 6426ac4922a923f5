package io.gradflow.common.array;

/**
 * Whether this JVM computes with the Vector API, at which width, and why. Decided once: one species
 * serves products and element-wise kernels alike, since two in one JVM cost a factor of ten (the
 * compiler then boxes every vector it stores).
 *
 * <p>The property {@code gradflow.vector=512|256|128|scalar} forces a width. The bits are the same
 * with all of them.
 */
public final class VectorSupport {
  public static final boolean ENABLED = false;

  private VectorSupport() {}

  /** Lane bits: 512, 256, 128, or 0 for scalar code. */
  public static int bits() {
    return 0;
  }

  /** The choice and its reason in one line, for logs. */
  public static String description() {
    return "scalar";
  }
}
