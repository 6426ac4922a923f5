package io.gradflow.common.array.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of 256-bit vectors, written by {@code tiles.py}. Each is C[rows, columns] = start
 * + A B, one chain of fma an element over ascending k; {@code start} is C itself, or zeros with
 * stride 0. The cast to a constant class keeps every store an intrinsic: a receiver whose class the
 * compiler does not know is a virtual call, which boxes the loop's vectors once other widths have
 * run in the JVM.
 */
final class Tiles256 {
  /** Rows of C that a tile with A in place covers. */
  static final int HEIGHT = 5;

  /** Rows of C that the tallest tile with A packed covers. */
  static final int PACKED_HEIGHT = 6;

  /** A mask that no offset into panels of B exceeds: {@link Packing#size} sees to it. */
  private static final int PANEL_OFFSET = Packing.MAX_FLOATS - 1;

  /** A mask that no offset into a block of packed A exceeds. */
  private static final int BLOCK_OFFSET = 0xfffffff;

  /** A mask that no block's depth exceeds. */
  private static final int DEPTH = 0xffff;

  private static final VectorSpecies<Float> S = FloatVector.SPECIES_256;
  private static final Class<? extends FloatVector> TYPE = FloatVector.zero(S).getClass();

  private Tiles256() {}

  /** 5 x 16, rows of A in place. */
  static void five(
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] start,
      int so,
      int lds,
      float[] c,
      int co,
      int ldc) {
    FloatVector c00 = FloatVector.fromArray(S, start, so);
    FloatVector c01 = FloatVector.fromArray(S, start, so + 8);
    FloatVector c10 = FloatVector.fromArray(S, start, so + lds);
    FloatVector c11 = FloatVector.fromArray(S, start, so + lds + 8);
    FloatVector c20 = FloatVector.fromArray(S, start, so + 2 * lds);
    FloatVector c21 = FloatVector.fromArray(S, start, so + 2 * lds + 8);
    FloatVector c30 = FloatVector.fromArray(S, start, so + 3 * lds);
    FloatVector c31 = FloatVector.fromArray(S, start, so + 3 * lds + 8);
    FloatVector c40 = FloatVector.fromArray(S, start, so + 4 * lds);
    FloatVector c41 = FloatVector.fromArray(S, start, so + 4 * lds + 8);
    int a1 = ao + lda;
    int a2 = ao + 2 * lda;
    int a3 = ao + 3 * lda;
    int a4 = ao + 4 * lda;
    for (int i = 0; i < k; i++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + i * ldb);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + i * ldb + 8);
      FloatVector x0 = FloatVector.broadcast(S, a[ao + i]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + i]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      FloatVector x2 = FloatVector.broadcast(S, a[a2 + i]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      FloatVector x3 = FloatVector.broadcast(S, a[a3 + i]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      FloatVector x4 = FloatVector.broadcast(S, a[a4 + i]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
    }
    TYPE.cast(c00).intoArray(c, co);
    TYPE.cast(c01).intoArray(c, co + 8);
    TYPE.cast(c10).intoArray(c, co + ldc);
    TYPE.cast(c11).intoArray(c, co + ldc + 8);
    TYPE.cast(c20).intoArray(c, co + 2 * ldc);
    TYPE.cast(c21).intoArray(c, co + 2 * ldc + 8);
    TYPE.cast(c30).intoArray(c, co + 3 * ldc);
    TYPE.cast(c31).intoArray(c, co + 3 * ldc + 8);
    TYPE.cast(c40).intoArray(c, co + 4 * ldc);
    TYPE.cast(c41).intoArray(c, co + 4 * ldc + 8);
  }

  /** 4 x 16, rows of A in place. */
  static void four(
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] start,
      int so,
      int lds,
      float[] c,
      int co,
      int ldc) {
    FloatVector c00 = FloatVector.fromArray(S, start, so);
    FloatVector c01 = FloatVector.fromArray(S, start, so + 8);
    FloatVector c10 = FloatVector.fromArray(S, start, so + lds);
    FloatVector c11 = FloatVector.fromArray(S, start, so + lds + 8);
    FloatVector c20 = FloatVector.fromArray(S, start, so + 2 * lds);
    FloatVector c21 = FloatVector.fromArray(S, start, so + 2 * lds + 8);
    FloatVector c30 = FloatVector.fromArray(S, start, so + 3 * lds);
    FloatVector c31 = FloatVector.fromArray(S, start, so + 3 * lds + 8);
    int a1 = ao + lda;
    int a2 = ao + 2 * lda;
    int a3 = ao + 3 * lda;
    for (int i = 0; i < k; i++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + i * ldb);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + i * ldb + 8);
      FloatVector x0 = FloatVector.broadcast(S, a[ao + i]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + i]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      FloatVector x2 = FloatVector.broadcast(S, a[a2 + i]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      FloatVector x3 = FloatVector.broadcast(S, a[a3 + i]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
    }
    TYPE.cast(c00).intoArray(c, co);
    TYPE.cast(c01).intoArray(c, co + 8);
    TYPE.cast(c10).intoArray(c, co + ldc);
    TYPE.cast(c11).intoArray(c, co + ldc + 8);
    TYPE.cast(c20).intoArray(c, co + 2 * ldc);
    TYPE.cast(c21).intoArray(c, co + 2 * ldc + 8);
    TYPE.cast(c30).intoArray(c, co + 3 * ldc);
    TYPE.cast(c31).intoArray(c, co + 3 * ldc + 8);
  }

  /** 2 x 16, rows of A in place. */
  static void two(
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] start,
      int so,
      int lds,
      float[] c,
      int co,
      int ldc) {
    FloatVector c00 = FloatVector.fromArray(S, start, so);
    FloatVector c01 = FloatVector.fromArray(S, start, so + 8);
    FloatVector c10 = FloatVector.fromArray(S, start, so + lds);
    FloatVector c11 = FloatVector.fromArray(S, start, so + lds + 8);
    int a1 = ao + lda;
    for (int i = 0; i < k; i++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + i * ldb);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + i * ldb + 8);
      FloatVector x0 = FloatVector.broadcast(S, a[ao + i]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + i]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
    }
    TYPE.cast(c00).intoArray(c, co);
    TYPE.cast(c01).intoArray(c, co + 8);
    TYPE.cast(c10).intoArray(c, co + ldc);
    TYPE.cast(c11).intoArray(c, co + ldc + 8);
  }

  /** 6 x 16, A packed. */
  static void packed(
      int k,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] start,
      int so,
      int lds,
      float[] c,
      int co,
      int ldc) {
    FloatVector c00 = FloatVector.fromArray(S, start, so);
    FloatVector c01 = FloatVector.fromArray(S, start, so + 8);
    FloatVector c10 = FloatVector.fromArray(S, start, so + lds);
    FloatVector c11 = FloatVector.fromArray(S, start, so + lds + 8);
    FloatVector c20 = FloatVector.fromArray(S, start, so + 2 * lds);
    FloatVector c21 = FloatVector.fromArray(S, start, so + 2 * lds + 8);
    FloatVector c30 = FloatVector.fromArray(S, start, so + 3 * lds);
    FloatVector c31 = FloatVector.fromArray(S, start, so + 3 * lds + 8);
    FloatVector c40 = FloatVector.fromArray(S, start, so + 4 * lds);
    FloatVector c41 = FloatVector.fromArray(S, start, so + 4 * lds + 8);
    FloatVector c50 = FloatVector.fromArray(S, start, so + 5 * lds);
    FloatVector c51 = FloatVector.fromArray(S, start, so + 5 * lds + 8);
    int from = bo & PANEL_OFFSET;
    int half = (k & DEPTH) * 8;
    int toA = (ao & BLOCK_OFFSET) - from;
    for (int i = from; i < from + half; i += 8) {
      FloatVector b0 = FloatVector.fromArray(S, b, i);
      FloatVector b1 = FloatVector.fromArray(S, b, half + i);
      FloatVector x0 = FloatVector.broadcast(S, a[toA + i]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.broadcast(S, a[toA + i + 1]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      FloatVector x2 = FloatVector.broadcast(S, a[toA + i + 2]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      FloatVector x3 = FloatVector.broadcast(S, a[toA + i + 3]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      FloatVector x4 = FloatVector.broadcast(S, a[toA + i + 4]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      FloatVector x5 = FloatVector.broadcast(S, a[toA + i + 5]);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
    }
    TYPE.cast(c00).intoArray(c, co);
    TYPE.cast(c01).intoArray(c, co + 8);
    TYPE.cast(c10).intoArray(c, co + ldc);
    TYPE.cast(c11).intoArray(c, co + ldc + 8);
    TYPE.cast(c20).intoArray(c, co + 2 * ldc);
    TYPE.cast(c21).intoArray(c, co + 2 * ldc + 8);
    TYPE.cast(c30).intoArray(c, co + 3 * ldc);
    TYPE.cast(c31).intoArray(c, co + 3 * ldc + 8);
    TYPE.cast(c40).intoArray(c, co + 4 * ldc);
    TYPE.cast(c41).intoArray(c, co + 4 * ldc + 8);
    TYPE.cast(c50).intoArray(c, co + 5 * ldc);
    TYPE.cast(c51).intoArray(c, co + 5 * ldc + 8);
  }

  /** 4 x 16, A packed. */
  static void packedFour(
      int k,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] start,
      int so,
      int lds,
      float[] c,
      int co,
      int ldc) {
    FloatVector c00 = FloatVector.fromArray(S, start, so);
    FloatVector c01 = FloatVector.fromArray(S, start, so + 8);
    FloatVector c10 = FloatVector.fromArray(S, start, so + lds);
    FloatVector c11 = FloatVector.fromArray(S, start, so + lds + 8);
    FloatVector c20 = FloatVector.fromArray(S, start, so + 2 * lds);
    FloatVector c21 = FloatVector.fromArray(S, start, so + 2 * lds + 8);
    FloatVector c30 = FloatVector.fromArray(S, start, so + 3 * lds);
    FloatVector c31 = FloatVector.fromArray(S, start, so + 3 * lds + 8);
    int from = bo & PANEL_OFFSET;
    int half = (k & DEPTH) * 8;
    int toA = (ao & BLOCK_OFFSET) - from;
    for (int i = from; i < from + half; i += 8) {
      FloatVector b0 = FloatVector.fromArray(S, b, i);
      FloatVector b1 = FloatVector.fromArray(S, b, half + i);
      FloatVector x0 = FloatVector.broadcast(S, a[toA + i]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.broadcast(S, a[toA + i + 1]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      FloatVector x2 = FloatVector.broadcast(S, a[toA + i + 2]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      FloatVector x3 = FloatVector.broadcast(S, a[toA + i + 3]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
    }
    TYPE.cast(c00).intoArray(c, co);
    TYPE.cast(c01).intoArray(c, co + 8);
    TYPE.cast(c10).intoArray(c, co + ldc);
    TYPE.cast(c11).intoArray(c, co + ldc + 8);
    TYPE.cast(c20).intoArray(c, co + 2 * ldc);
    TYPE.cast(c21).intoArray(c, co + 2 * ldc + 8);
    TYPE.cast(c30).intoArray(c, co + 3 * ldc);
    TYPE.cast(c31).intoArray(c, co + 3 * ldc + 8);
  }

  /** 2 x 16, A packed. */
  static void packedTwo(
      int k,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] start,
      int so,
      int lds,
      float[] c,
      int co,
      int ldc) {
    FloatVector c00 = FloatVector.fromArray(S, start, so);
    FloatVector c01 = FloatVector.fromArray(S, start, so + 8);
    FloatVector c10 = FloatVector.fromArray(S, start, so + lds);
    FloatVector c11 = FloatVector.fromArray(S, start, so + lds + 8);
    int from = bo & PANEL_OFFSET;
    int half = (k & DEPTH) * 8;
    int toA = (ao & BLOCK_OFFSET) - from;
    for (int i = from; i < from + half; i += 8) {
      FloatVector b0 = FloatVector.fromArray(S, b, i);
      FloatVector b1 = FloatVector.fromArray(S, b, half + i);
      FloatVector x0 = FloatVector.broadcast(S, a[toA + i]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.broadcast(S, a[toA + i + 1]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
    }
    TYPE.cast(c00).intoArray(c, co);
    TYPE.cast(c01).intoArray(c, co + 8);
    TYPE.cast(c10).intoArray(c, co + ldc);
    TYPE.cast(c11).intoArray(c, co + ldc + 8);
  }

  /** 6 x 8, A packed. */
  static void packedNarrow(
      int k,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] start,
      int so,
      int lds,
      float[] c,
      int co,
      int ldc) {
    FloatVector c00 = FloatVector.fromArray(S, start, so);
    FloatVector c10 = FloatVector.fromArray(S, start, so + lds);
    FloatVector c20 = FloatVector.fromArray(S, start, so + 2 * lds);
    FloatVector c30 = FloatVector.fromArray(S, start, so + 3 * lds);
    FloatVector c40 = FloatVector.fromArray(S, start, so + 4 * lds);
    FloatVector c50 = FloatVector.fromArray(S, start, so + 5 * lds);
    int from = bo & PANEL_OFFSET;
    int half = (k & DEPTH) * 8;
    int toA = (ao & BLOCK_OFFSET) - from;
    for (int i = from; i < from + half; i += 8) {
      FloatVector b0 = FloatVector.fromArray(S, b, i);
      FloatVector x0 = FloatVector.broadcast(S, a[toA + i]);
      c00 = x0.fma(b0, c00);
      FloatVector x1 = FloatVector.broadcast(S, a[toA + i + 1]);
      c10 = x1.fma(b0, c10);
      FloatVector x2 = FloatVector.broadcast(S, a[toA + i + 2]);
      c20 = x2.fma(b0, c20);
      FloatVector x3 = FloatVector.broadcast(S, a[toA + i + 3]);
      c30 = x3.fma(b0, c30);
      FloatVector x4 = FloatVector.broadcast(S, a[toA + i + 4]);
      c40 = x4.fma(b0, c40);
      FloatVector x5 = FloatVector.broadcast(S, a[toA + i + 5]);
      c50 = x5.fma(b0, c50);
    }
    TYPE.cast(c00).intoArray(c, co);
    TYPE.cast(c10).intoArray(c, co + ldc);
    TYPE.cast(c20).intoArray(c, co + 2 * ldc);
    TYPE.cast(c30).intoArray(c, co + 3 * ldc);
    TYPE.cast(c40).intoArray(c, co + 4 * ldc);
    TYPE.cast(c50).intoArray(c, co + 5 * ldc);
  }
}
