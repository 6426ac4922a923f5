package io.gradflow.common.array;

import java.util.Arrays;

/**
 * Products by plain {@code Math.fma} loops, for a JVM without the Vector API: the bits of {@link
 * VectorGemm} at a tenth of its speed.
 *
 * <p>Rows of C are built up from rows of B, four k at a time, so that the inner loop runs over
 * neighbouring elements and the compiler vectorises it.
 */
final class ScalarGemm implements Gemm {
  static final ScalarGemm INSTANCE = new ScalarGemm();

  /** Columns and k at a time: a block of B of 64 kB stays in the cache while all rows pass. */
  private static final int BLOCK_COLUMNS = 256;

  private static final int BLOCK_K = 64;

  private static final ThreadLocal<ScratchFloats> TRANSPOSED =
      ThreadLocal.withInitial(ScratchFloats::new);

  private ScalarGemm() {}

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
    if (transposeB) {
      float[] plain = TRANSPOSED.get().atLeast(Math.multiplyExact(k, n));
      transpose(k, n, b, bOffset, ldb, plain);
      accumulate(transposeA, m, n, k, a, aOffset, lda, plain, 0, n, beta, c, cOffset, ldc);
    } else {
      accumulate(transposeA, m, n, k, a, aOffset, lda, b, bOffset, ldb, beta, c, cOffset, ldc);
    }
  }

  @Override
  public PackedMatrix packed(int k, int n) {
    return new PackedMatrix(this, k, n, Math.multiplyExact(k, n));
  }

  @Override
  public void packPart(
      int part, boolean transposeB, float[] b, int bOffset, int ldb, PackedMatrix packed) {
    packed.copyRows(this, transposeB, b, bOffset, ldb);
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
    int n = b.n();
    accumulate(
        transposeA, m, n, b.k(), a, aOffset, lda, b.values(this), 0, n, beta, c, cOffset, ldc);
  }

  /** plain[k, n] = B^T, B being [n, k]. */
  private static void transpose(int k, int n, float[] b, int bOffset, int ldb, float[] plain) {
    for (int row = 0; row < k; row++) {
      for (int column = 0; column < n; column++) {
        plain[row * n + column] = b[bOffset + column * ldb + row];
      }
    }
  }

  private static void accumulate(
      boolean transposeA,
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
    int rowStride = transposeA ? 1 : lda;
    int kStride = transposeA ? lda : 1;
    if (beta == 0f) {
      for (int i = 0; i < m; i++) {
        Arrays.fill(c, cOffset + i * ldc, cOffset + i * ldc + n, 0f);
      }
    }
    for (int j0 = 0; j0 < n; j0 += BLOCK_COLUMNS) {
      int width = Math.min(BLOCK_COLUMNS, n - j0);
      for (int k0 = 0; k0 < k; k0 += BLOCK_K) {
        int depth = Math.min(BLOCK_K, k - k0);
        for (int i = 0; i < m; i++) {
          int ai = aOffset + i * rowStride + k0 * kStride;
          accumulateRow(
              width,
              depth,
              a,
              ai,
              kStride,
              b,
              bOffset + k0 * ldb + j0,
              ldb,
              c,
              cOffset + i * ldc + j0);
        }
      }
    }
  }

  private static void accumulateRow(
      int width,
      int depth,
      float[] a,
      int ai,
      int kStride,
      float[] b,
      int bi,
      int ldb,
      float[] c,
      int ci) {
    int q = 0;
    for (; q + 4 <= depth; q += 4, ai += 4 * kStride, bi += 4 * ldb) {
      addFour(
          width,
          a[ai],
          a[ai + kStride],
          a[ai + 2 * kStride],
          a[ai + 3 * kStride],
          b,
          bi,
          ldb,
          c,
          ci);
    }
    for (; q < depth; q++, ai += kStride, bi += ldb) {
      float factor = a[ai];
      for (int j = 0; j < width; j++) {
        c[ci + j] = Math.fma(factor, b[bi + j], c[ci + j]);
      }
    }
  }

  private static void addFour(
      int width,
      float a0,
      float a1,
      float a2,
      float a3,
      float[] b,
      int b0,
      int ldb,
      float[] c,
      int ci) {
    int b1 = b0 + ldb;
    int b2 = b1 + ldb;
    int b3 = b2 + ldb;
    for (int j = 0; j < width; j++) {
      float sum = Math.fma(a0, b[b0 + j], c[ci + j]);
      sum = Math.fma(a1, b[b1 + j], sum);
      sum = Math.fma(a2, b[b2 + j], sum);
      c[ci + j] = Math.fma(a3, b[b3 + j], sum);
    }
  }
}
