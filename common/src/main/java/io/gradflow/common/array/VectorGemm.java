package io.gradflow.common.array;

import io.gradflow.common.array.vector.VectorProducts;

/** Products by the Vector API at the width that {@link VectorSupport} chose. */
final class VectorGemm implements Gemm {
  static final VectorGemm INSTANCE = new VectorGemm();

  private VectorGemm() {}

  @Override
  public void multiply(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int lda,
      float[] b,
      int bOffset,
      int ldb,
      float beta,
      float[] c,
      int cOffset,
      int ldc) {
    VectorProducts.multiply(
        transposeA, transposeB, m, n, k, a, aOffset, lda, b, bOffset, ldb, beta, c, cOffset, ldc);
  }

  @Override
  public PackedMatrix packed(int k, int n) {
    return new PackedMatrix(this, k, n, VectorProducts.packedSize(k, n));
  }

  @Override
  public boolean gainsFromPacking() {
    return true;
  }

  @Override
  public int packParts(PackedMatrix packed) {
    return VectorProducts.packParts(packed.k(), packed.n());
  }

  @Override
  public void packPart(
      int part, boolean transposeB, float[] b, int bOffset, int ldb, PackedMatrix packed) {
    VectorProducts.packPart(
        part, transposeB, packed.k(), packed.n(), b, bOffset, ldb, packed.values(this));
  }

  @Override
  public void multiplyPacked(
      boolean transposeA,
      int m,
      float[] a,
      int aOffset,
      int lda,
      PackedMatrix b,
      float beta,
      float[] c,
      int cOffset,
      int ldc) {
    VectorProducts.multiplyPacked(
        transposeA, m, b.n(), b.k(), a, aOffset, lda, b.values(this), beta, c, cOffset, ldc);
  }
}
