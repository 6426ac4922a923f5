package io.gradflow.common.nn;

import io.gradflow.common.array.Gemm;
import io.gradflow.common.array.PackedMatrix;

/**
 * A parameter as the right-hand side of products: op(W)[k, n], read from the pass's weights, in
 * place or from what {@link WeightPacks} has packed once for all replicas of the process. The bits
 * are the same either way.
 */
public final class WeightMatrix {
  /** Products of fewer rows read the weights in place. */
  private static final int MIN_ROWS = 16;

  private final Gemm gemm;
  private final WeightPacks.Pack pack;
  private final int offset;
  private final int k;
  private final int n;
  private final boolean transposed;

  WeightMatrix(WeightPacks packs, int offset, int k, int n, boolean transposed) {
    this.gemm = packs.gemm();
    this.pack = gemm.gainsFromPacking() ? packs.pack(offset, k, n, transposed) : null;
    this.offset = offset;
    this.k = k;
    this.n = n;
    this.transposed = transposed;
  }

  /**
   * {@code C[m, n] = beta C + A[m, k] op(W)}.
   *
   * @param beta 0 (C is overwritten) or 1 (added to C)
   */
  public void multiply(
      Pass pass,
      int m,
      float[] a,
      int aOffset,
      int lda,
      float beta,
      float[] c,
      int cOffset,
      int ldc) {
    PackedMatrix packed = m < MIN_ROWS ? null : packed(pass);
    if (packed != null) {
      gemm.multiplyPacked(false, m, a, aOffset, lda, packed, beta, c, cOffset, ldc);
    } else {
      int ldw = transposed ? k : n;
      gemm.multiply(
          false,
          transposed,
          m,
          n,
          k,
          a,
          aOffset,
          lda,
          pass.weights(),
          offset,
          ldw,
          beta,
          c,
          cOffset,
          ldc);
    }
  }

  /**
   * The packed matrix, for layers with many small products a pass; null where there is none: use
   * {@link #multiply} then.
   */
  PackedMatrix packed(Pass pass) {
    return pack == null || pass.weightsVersion() == Pass.UNKNOWN_VERSION
        ? null
        : pack.of(pass.weightsVersion(), pass.weights());
  }
}
