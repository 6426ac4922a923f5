package io.gradflow.common.array;

/**
 * The matrix product on row-major heap arrays: {@code C[m, n] = beta C + op(A)[m, k] op(B)[k, n]},
 * beta 0 or 1.
 *
 * <p>Portable implementations compute every element as one chain {@code c = fma(a, b, c)} over
 * ascending k that starts from beta C, so splitting k into calls with beta 1, or rows into several
 * calls, changes no bit. Implementations keep no state that callers see; packing buffers are per
 * thread and reused, so a product allocates nothing at steady state.
 */
public interface Gemm {
  /**
   * @param transposeA op(A) = A^T, A then is [k, m]
   * @param transposeB op(B) = B^T, B then is [n, k]
   * @param lda floats from one row of A as stored to the next
   * @param beta 0 (C is overwritten, never read) or 1 (added to C)
   */
  void multiply(
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
      int ldc);

  /** Room for op(B)[k, n] in the layout of this implementation, for {@link #pack}. */
  PackedMatrix packed(int k, int n);

  /** Whether products with a packed matrix are faster than those that read it in place. */
  default boolean gainsFromPacking() {
    return false;
  }

  /**
   * Copies op(B)[k, n] into {@code packed}, for a matrix that several products share: the weights
   * of a step.
   *
   * @param packed from {@link #packed} of this same implementation
   */
  default void pack(boolean transposeB, float[] b, int bOffset, int ldb, PackedMatrix packed) {
    for (int part = 0; part < packParts(packed); part++) {
      packPart(part, transposeB, b, bOffset, ldb, packed);
    }
  }

  /** The parts of {@link #pack}, which several threads may share. */
  default int packParts(PackedMatrix packed) {
    return 1;
  }

  /** One part of {@link #pack}; each writes its own floats. */
  void packPart(int part, boolean transposeB, float[] b, int bOffset, int ldb, PackedMatrix packed);

  /**
   * {@code C[m, n] = beta C + op(A)[m, k] B} with B packed; the bits of {@link #multiply} with
   * portable implementations.
   */
  void multiplyPacked(
      boolean transposeA,
      int m,
      float[] a,
      int aOffset,
      int lda,
      PackedMatrix b,
      float beta,
      float[] c,
      int cOffset,
      int ldc);
}
