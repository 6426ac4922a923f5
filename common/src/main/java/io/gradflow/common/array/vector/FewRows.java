package io.gradflow.common.array.vector;

/**
 * Products whose rows fit one tile: B is read once, so packing it would cost as much as the
 * product. B as stored is read in place by tiles, the last columns by a tile that overlaps its
 * neighbour. One or two rows with B transposed are dot products, several chains at a time in scalar
 * registers.
 */
final class FewRows {
  private FewRows() {}

  static boolean takes(boolean transposeB, int m, int n) {
    return transposeB ? m <= 2 : m <= Tiles.HEIGHT && n >= Packing.PANEL;
  }

  static void multiply(
      boolean transposeB,
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float beta,
      float[] c,
      int co,
      int ldc) {
    for (int i = 0; i < m; ) {
      int height = transposeB ? 1 : Tiles.height(m - i);
      int first = ao + i * lda;
      int corner = co + i * ldc;
      if (transposeB) {
        dots(n, k, a, first, b, bo, ldb, beta, c, corner);
      } else {
        tiles(height, n, k, a, first, lda, b, bo, ldb, beta != 0f, c, corner, ldc);
      }
      i += height;
    }
  }

  private static void tiles(
      int height,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      boolean add,
      float[] c,
      int co,
      int ldc) {
    int j = 0;
    for (; j + Packing.PANEL <= n; j += Packing.PANEL) {
      Tiles.inPlace(
          height,
          k,
          a,
          ao,
          lda,
          b,
          bo + j,
          ldb,
          add ? c : VectorProducts.ZEROS,
          add ? co + j : 0,
          add ? ldc : 0,
          c,
          co + j,
          ldc);
    }
    if (j < n) {
      // The tile of the last PANEL columns; those already done are computed again and dropped.
      int last = n - Packing.PANEL;
      float[] tile = VectorProducts.WORKSPACE.get().tile;
      Tiles.inPlace(
          height,
          k,
          a,
          ao,
          lda,
          b,
          bo + last,
          ldb,
          add ? c : VectorProducts.ZEROS,
          add ? co + last : 0,
          add ? ldc : 0,
          tile,
          0,
          Packing.PANEL);
      for (int r = 0; r < height; r++) {
        System.arraycopy(tile, r * Packing.PANEL + j - last, c, co + r * ldc + j, n - j);
      }
    }
  }

  /** c[j] = beta c[j] + a . row j of B: eight chains hide the latency of fma. */
  private static void dots(
      int n, int k, float[] a, int ao, float[] b, int bo, int ldb, float beta, float[] c, int co) {
    int j = 0;
    for (; j + 8 <= n; j += 8) {
      eightDots(
          k,
          a,
          ao,
          b,
          bo + j * ldb,
          ldb,
          beta != 0f ? c : VectorProducts.ZEROS,
          beta != 0f ? co + j : 0,
          c,
          co + j);
    }
    for (; j < n; j++) {
      float sum = beta != 0f ? c[co + j] : 0f;
      int row = bo + j * ldb;
      for (int i = 0; i < k; i++) {
        sum = Math.fma(a[ao + i], b[row + i], sum);
      }
      c[co + j] = sum;
    }
  }

  private static void eightDots(
      int k,
      float[] a,
      int ao,
      float[] b,
      int b0,
      int ldb,
      float[] start,
      int so,
      float[] c,
      int co) {
    int b1 = b0 + ldb;
    int b2 = b1 + ldb;
    int b3 = b2 + ldb;
    int b4 = b3 + ldb;
    int b5 = b4 + ldb;
    int b6 = b5 + ldb;
    int b7 = b6 + ldb;
    float c0 = start[so];
    float c1 = start[so + 1];
    float c2 = start[so + 2];
    float c3 = start[so + 3];
    float c4 = start[so + 4];
    float c5 = start[so + 5];
    float c6 = start[so + 6];
    float c7 = start[so + 7];
    for (int i = 0; i < k; i++) {
      float x = a[ao + i];
      c0 = Math.fma(x, b[b0 + i], c0);
      c1 = Math.fma(x, b[b1 + i], c1);
      c2 = Math.fma(x, b[b2 + i], c2);
      c3 = Math.fma(x, b[b3 + i], c3);
      c4 = Math.fma(x, b[b4 + i], c4);
      c5 = Math.fma(x, b[b5 + i], c5);
      c6 = Math.fma(x, b[b6 + i], c6);
      c7 = Math.fma(x, b[b7 + i], c7);
    }
    c[co] = c0;
    c[co + 1] = c1;
    c[co + 2] = c2;
    c[co + 3] = c3;
    c[co + 4] = c4;
    c[co + 5] = c5;
    c[co + 6] = c6;
    c[co + 7] = c7;
  }
}
