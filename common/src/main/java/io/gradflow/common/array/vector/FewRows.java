package io.gradflow.common.array.vector;

import static io.gradflow.common.array.vector.Lanes.FLOATS;
import static io.gradflow.common.array.vector.Lanes.TYPE;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Products whose rows fit one tile: B is read once, so packing it would cost as much as the
 * product. B as stored stays in place, under the smallest tile that holds all rows; what a tile
 * computes beyond the matrix is dropped. One row adds up rows of B. One or two rows with B
 * transposed are dot products, eight chains at a time in scalar registers.
 */
final class FewRows {
  private FewRows() {}

  static boolean takes(boolean transposeA, boolean transposeB, int m, int n) {
    return transposeB ? m <= 2 && !transposeA : m <= Tiles.HEIGHT && n >= Packing.PANEL;
  }

  static void multiply(
      boolean transposeA,
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
    if (transposeB) {
      for (int i = 0; i < m; i++) {
        dots(n, k, a, ao + i * lda, b, bo, ldb, beta, c, co + i * ldc);
      }
    } else if (m == 1 && !transposeA) {
      sumOfRows(n, k, a, ao, b, bo, ldb, beta, c, co);
    } else {
      int height = m > 4 ? Tiles.HEIGHT : m > 2 ? 4 : m;
      if (height == m && !transposeA) {
        tiles(height, height, n, k, a, ao, lda, b, bo, ldb, beta != 0f, c, co, ldc);
      } else {
        copiedRows(transposeA, height, m, n, k, a, ao, lda, b, bo, ldb, beta, c, co, ldc);
      }
    }
  }

  /** A copied block by block of k to as many rows as the tile has, of which m count. */
  private static void copiedRows(
      boolean transposeA,
      int height,
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
    float[] rows = VectorProducts.WORKSPACE.get().a;
    for (int k0 = 0; k0 < k; k0 += VectorProducts.BLOCK_K) {
      int depth = Math.min(VectorProducts.BLOCK_K, k - k0);
      for (int r = 0; r < m; r++) {
        if (transposeA) {
          for (int i = 0, from = ao + k0 * lda + r; i < depth; i++, from += lda) {
            rows[r * depth + i] = a[from];
          }
        } else {
          System.arraycopy(a, ao + r * lda + k0, rows, r * depth, depth);
        }
      }
      boolean add = k0 > 0 || beta != 0f;
      tiles(height, m, n, depth, rows, 0, depth, b, bo + k0 * ldb, ldb, add, c, co, ldc);
    }
  }

  private static void tiles(
      int height,
      int m,
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
    if (height == m) {
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
    }
    while (j < n) {
      // The last columns share a tile with some before them, which are dropped.
      int first = Math.min(j, n - Packing.PANEL);
      int end = first + Packing.PANEL;
      float[] tile = VectorProducts.WORKSPACE.get().tile;
      float[] start = VectorProducts.startOf(tile, m, Packing.PANEL, add, c, co + first, ldc);
      Tiles.inPlace(
          height,
          k,
          a,
          ao,
          lda,
          b,
          bo + first,
          ldb,
          start,
          0,
          add ? Packing.PANEL : 0,
          tile,
          0,
          Packing.PANEL);
      for (int r = 0; r < m; r++) {
        System.arraycopy(tile, r * Packing.PANEL + j - first, c, co + r * ldc + j, end - j);
      }
      j = end;
    }
  }

  /** c = beta c + sum of a[i] times row i of B, four rows at a time. */
  private static void sumOfRows(
      int n, int k, float[] a, int ao, float[] b, int bo, int ldb, float beta, float[] c, int co) {
    if (beta == 0f) {
      Arrays.fill(c, co, co + n, 0f);
    }
    int whole = Lanes.whole(n);
    int i = 0;
    for (; i + 4 <= k; i += 4) {
      int row = bo + i * ldb;
      float a0 = a[ao + i];
      float a1 = a[ao + i + 1];
      float a2 = a[ao + i + 2];
      float a3 = a[ao + i + 3];
      addFourRows(whole, a0, a1, a2, a3, b, row, ldb, c, co);
      for (int j = whole; j < n; j++) {
        float sum = Math.fma(a0, b[row + j], c[co + j]);
        sum = Math.fma(a1, b[row + ldb + j], sum);
        sum = Math.fma(a2, b[row + 2 * ldb + j], sum);
        c[co + j] = Math.fma(a3, b[row + 3 * ldb + j], sum);
      }
    }
    for (; i < k; i++) {
      for (int j = 0; j < n; j++) {
        c[co + j] = Math.fma(a[ao + i], b[bo + i * ldb + j], c[co + j]);
      }
    }
  }

  private static void addFourRows(
      int n,
      float a0,
      float a1,
      float a2,
      float a3,
      float[] b,
      int b0,
      int ldb,
      float[] c,
      int co) {
    FloatVector x0 = FloatVector.broadcast(FLOATS, a0);
    FloatVector x1 = FloatVector.broadcast(FLOATS, a1);
    FloatVector x2 = FloatVector.broadcast(FLOATS, a2);
    FloatVector x3 = FloatVector.broadcast(FLOATS, a3);
    int b1 = b0 + ldb;
    int b2 = b1 + ldb;
    int b3 = b2 + ldb;
    for (int j = 0; j < n; j += Lanes.COUNT) {
      FloatVector sum =
          x0.fma(
              FloatVector.fromArray(FLOATS, b, b0 + j), FloatVector.fromArray(FLOATS, c, co + j));
      sum = x1.fma(FloatVector.fromArray(FLOATS, b, b1 + j), sum);
      sum = x2.fma(FloatVector.fromArray(FLOATS, b, b2 + j), sum);
      TYPE.cast(x3.fma(FloatVector.fromArray(FLOATS, b, b3 + j), sum)).intoArray(c, co + j);
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
