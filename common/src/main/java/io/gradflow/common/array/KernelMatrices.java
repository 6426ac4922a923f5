package io.gradflow.common.array;

/**
 * The matrices of a convolution's kernel that products multiply by: packed by others, who share
 * them, or here. Owned by one convolution and thread.
 */
final class KernelMatrices {
  private final Gemm gemm;
  private final int k;
  private final int n;
  private final PackedMatrix[] current;

  /** Each allocated when it is first packed here. */
  private final PackedMatrix[] own;

  /** For {@code count} matrices [k, n]. */
  KernelMatrices(Gemm gemm, int count, int k, int n) {
    this.gemm = gemm;
    this.k = k;
    this.n = n;
    this.current = new PackedMatrix[count];
    this.own = new PackedMatrix[count];
  }

  int count() {
    return current.length;
  }

  /** Matrix i of those used or packed last. */
  PackedMatrix get(int i) {
    return current[i];
  }

  /** From now on these, packed by the same implementation of products. */
  void use(PackedMatrix[] packed) {
    System.arraycopy(packed, 0, current, 0, current.length);
  }

  /** From now on a copy of op(B) as matrix i. */
  void pack(int i, boolean transposeB, float[] b, int bOffset, int ldb) {
    if (own[i] == null) {
      own[i] = gemm.packed(k, n);
    }
    gemm.pack(transposeB, b, bOffset, ldb, own[i]);
    current[i] = own[i];
  }
}
