package io.gradflow.common.array;

/** Products by the Vector API at the width that {@link VectorSupport} chose. */
final class VectorGemm {
  static final Gemm INSTANCE = ScalarGemm.INSTANCE;

  private VectorGemm() {}
}
