package io.gradflow.common.array;

import io.gradflow.common.array.vector.Lanes;

/**
 * Whether this JVM computes with the Vector API, at which width, and why. Decided once: one species
 * serves products and element-wise kernels alike, since two in one JVM cost a factor of ten (the
 * compiler then boxes every vector it stores).
 *
 * <p>The property {@code gradflow.vector=512|256|128|scalar} forces a width; by default it is the
 * processor's, at most 512. The bits are the same with all of them. Without the module {@code
 * jdk.incubator.vector}, and where no optimizing compiler runs, plain loops take over.
 */
public final class VectorSupport {
  private static final System.Logger LOG = System.getLogger(VectorSupport.class.getName());

  private static final String PROPERTY = "gradflow.vector";
  private static final String MODULE = "jdk.incubator.vector";

  private static final Choice CHOICE = choose();

  /** Whether vector code runs; constant, so the compiler drops the other branch. */
  public static final boolean ENABLED = CHOICE.bits > 0;

  private record Choice(int bits, String reason) {}

  private VectorSupport() {}

  /** Bits of a vector: 512, 256, 128, or 0 for scalar code. */
  public static int bits() {
    return CHOICE.bits;
  }

  /** The choice and its reason in one line, for logs. */
  public static String description() {
    return (CHOICE.bits > 0 ? CHOICE.bits + "-bit vectors" : "scalar code")
        + " ("
        + CHOICE.reason
        + ")";
  }

  private static Choice choose() {
    String forced = System.getProperty(PROPERTY, "");
    boolean present = ModuleLayer.boot().findModule(MODULE).isPresent();
    switch (forced) {
      case "scalar" -> {
        return new Choice(0, PROPERTY + "=scalar");
      }
      case "512", "256", "128" -> {
        if (!present) {
          throw new IllegalArgumentException(
              PROPERTY + "=" + forced + " needs the Java option --add-modules=" + MODULE);
        }
        return new Choice(Lanes.BITS, PROPERTY + "=" + forced);
      }
      case "" -> {}
      default ->
          throw new IllegalArgumentException(
              PROPERTY + "=" + forced + "; expected 512, 256, 128 or scalar");
    }
    if (!present) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the Vector API is not available: products run ten times slower (with the same results);"
              + " start Java with --add-modules={0}",
          MODULE);
      return new Choice(0, "module " + MODULE + " is not there");
    }
    String compiler = System.getProperty("java.vm.info", "");
    if (compiler.contains("interpreted") || compiler.contains("emulated-client")) {
      return new Choice(0, "no optimizing compiler: " + compiler);
    }
    return new Choice(Lanes.BITS, "the width this processor prefers, at most 512");
  }
}
