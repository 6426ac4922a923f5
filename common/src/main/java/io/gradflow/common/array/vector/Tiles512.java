package io.gradflow.common.array.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of 512-bit vectors, written by {@code tiles.py}. Each is C[rows, columns] = start
 * + A B, one chain of fma an element over ascending k; {@code start} is C itself, or zeros with
 * stride 0. The cast to a constant class keeps every store an intrinsic: a receiver whose class the
 * compiler does not know is a virtual call, which boxes the loop's vectors once other widths have
 * run in the JVM.
 */
final class Tiles512 {
  /** Rows of C that a tile with A in place covers. */
  static final int HEIGHT = 8;

  /** Rows of C that the tallest tile with A packed covers. */
  static final int PACKED_HEIGHT = 8;

  private static final VectorSpecies<Float> S = FloatVector.SPECIES_512;
  private static final Class<? extends FloatVector> TYPE = FloatVector.zero(S).getClass();

  private Tiles512() {}

  /** 8 x 32, rows of A in place. */
  static void eight(
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
    FloatVector c01 = FloatVector.fromArray(S, start, so + 16);
    FloatVector c10 = FloatVector.fromArray(S, start, so + lds);
    FloatVector c11 = FloatVector.fromArray(S, start, so + lds + 16);
    FloatVector c20 = FloatVector.fromArray(S, start, so + 2 * lds);
    FloatVector c21 = FloatVector.fromArray(S, start, so + 2 * lds + 16);
    FloatVector c30 = FloatVector.fromArray(S, start, so + 3 * lds);
    FloatVector c31 = FloatVector.fromArray(S, start, so + 3 * lds + 16);
    FloatVector c40 = FloatVector.fromArray(S, start, so + 4 * lds);
    FloatVector c41 = FloatVector.fromArray(S, start, so + 4 * lds + 16);
    FloatVector c50 = FloatVector.fromArray(S, start, so + 5 * lds);
    FloatVector c51 = FloatVector.fromArray(S, start, so + 5 * lds + 16);
    FloatVector c60 = FloatVector.fromArray(S, start, so + 6 * lds);
    FloatVector c61 = FloatVector.fromArray(S, start, so + 6 * lds + 16);
    FloatVector c70 = FloatVector.fromArray(S, start, so + 7 * lds);
    FloatVector c71 = FloatVector.fromArray(S, start, so + 7 * lds + 16);
    int a1 = ao + lda;
    int a2 = ao + 2 * lda;
    int a3 = ao + 3 * lda;
    int a4 = ao + 4 * lda;
    int a5 = ao + 5 * lda;
    int a6 = ao + 6 * lda;
    int a7 = ao + 7 * lda;
    for (int i = 0; i < k; i++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + i * ldb);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + i * ldb + 16);
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
      FloatVector x5 = FloatVector.broadcast(S, a[a5 + i]);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
      FloatVector x6 = FloatVector.broadcast(S, a[a6 + i]);
      c60 = x6.fma(b0, c60);
      c61 = x6.fma(b1, c61);
      FloatVector x7 = FloatVector.broadcast(S, a[a7 + i]);
      c70 = x7.fma(b0, c70);
      c71 = x7.fma(b1, c71);
    }
    TYPE.cast(c00).intoArray(c, co);
    TYPE.cast(c01).intoArray(c, co + 16);
    TYPE.cast(c10).intoArray(c, co + ldc);
    TYPE.cast(c11).intoArray(c, co + ldc + 16);
    TYPE.cast(c20).intoArray(c, co + 2 * ldc);
    TYPE.cast(c21).intoArray(c, co + 2 * ldc + 16);
    TYPE.cast(c30).intoArray(c, co + 3 * ldc);
    TYPE.cast(c31).intoArray(c, co + 3 * ldc + 16);
    TYPE.cast(c40).intoArray(c, co + 4 * ldc);
    TYPE.cast(c41).intoArray(c, co + 4 * ldc + 16);
    TYPE.cast(c50).intoArray(c, co + 5 * ldc);
    TYPE.cast(c51).intoArray(c, co + 5 * ldc + 16);
    TYPE.cast(c60).intoArray(c, co + 6 * ldc);
    TYPE.cast(c61).intoArray(c, co + 6 * ldc + 16);
    TYPE.cast(c70).intoArray(c, co + 7 * ldc);
    TYPE.cast(c71).intoArray(c, co + 7 * ldc + 16);
  }

  /** 4 x 32, rows of A in place. */
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
    FloatVector c01 = FloatVector.fromArray(S, start, so + 16);
    FloatVector c10 = FloatVector.fromArray(S, start, so + lds);
    FloatVector c11 = FloatVector.fromArray(S, start, so + lds + 16);
    FloatVector c20 = FloatVector.fromArray(S, start, so + 2 * lds);
    FloatVector c21 = FloatVector.fromArray(S, start, so + 2 * lds + 16);
    FloatVector c30 = FloatVector.fromArray(S, start, so + 3 * lds);
    FloatVector c31 = FloatVector.fromArray(S, start, so + 3 * lds + 16);
    int a1 = ao + lda;
    int a2 = ao + 2 * lda;
    int a3 = ao + 3 * lda;
    for (int i = 0; i < k; i++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + i * ldb);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + i * ldb + 16);
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
    TYPE.cast(c01).intoArray(c, co + 16);
    TYPE.cast(c10).intoArray(c, co + ldc);
    TYPE.cast(c11).intoArray(c, co + ldc + 16);
    TYPE.cast(c20).intoArray(c, co + 2 * ldc);
    TYPE.cast(c21).intoArray(c, co + 2 * ldc + 16);
    TYPE.cast(c30).intoArray(c, co + 3 * ldc);
    TYPE.cast(c31).intoArray(c, co + 3 * ldc + 16);
  }

  /** 2 x 32, rows of A in place. */
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
    FloatVector c01 = FloatVector.fromArray(S, start, so + 16);
    FloatVector c10 = FloatVector.fromArray(S, start, so + lds);
    FloatVector c11 = FloatVector.fromArray(S, start, so + lds + 16);
    int a1 = ao + lda;
    for (int i = 0; i < k; i++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + i * ldb);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + i * ldb + 16);
      FloatVector x0 = FloatVector.broadcast(S, a[ao + i]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + i]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
    }
    TYPE.cast(c00).intoArray(c, co);
    TYPE.cast(c01).intoArray(c, co + 16);
    TYPE.cast(c10).intoArray(c, co + ldc);
    TYPE.cast(c11).intoArray(c, co + ldc + 16);
  }

  /** 8 x 16, rows of A in place. */
  static void narrow(
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
    FloatVector c10 = FloatVector.fromArray(S, start, so + lds);
    FloatVector c20 = FloatVector.fromArray(S, start, so + 2 * lds);
    FloatVector c30 = FloatVector.fromArray(S, start, so + 3 * lds);
    FloatVector c40 = FloatVector.fromArray(S, start, so + 4 * lds);
    FloatVector c50 = FloatVector.fromArray(S, start, so + 5 * lds);
    FloatVector c60 = FloatVector.fromArray(S, start, so + 6 * lds);
    FloatVector c70 = FloatVector.fromArray(S, start, so + 7 * lds);
    int a1 = ao + lda;
    int a2 = ao + 2 * lda;
    int a3 = ao + 3 * lda;
    int a4 = ao + 4 * lda;
    int a5 = ao + 5 * lda;
    int a6 = ao + 6 * lda;
    int a7 = ao + 7 * lda;
    for (int i = 0; i < k; i++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + i * ldb);
      FloatVector x0 = FloatVector.broadcast(S, a[ao + i]);
      c00 = x0.fma(b0, c00);
      FloatVector x1 = FloatVector.broadcast(S, a[a1 + i]);
      c10 = x1.fma(b0, c10);
      FloatVector x2 = FloatVector.broadcast(S, a[a2 + i]);
      c20 = x2.fma(b0, c20);
      FloatVector x3 = FloatVector.broadcast(S, a[a3 + i]);
      c30 = x3.fma(b0, c30);
      FloatVector x4 = FloatVector.broadcast(S, a[a4 + i]);
      c40 = x4.fma(b0, c40);
      FloatVector x5 = FloatVector.broadcast(S, a[a5 + i]);
      c50 = x5.fma(b0, c50);
      FloatVector x6 = FloatVector.broadcast(S, a[a6 + i]);
      c60 = x6.fma(b0, c60);
      FloatVector x7 = FloatVector.broadcast(S, a[a7 + i]);
      c70 = x7.fma(b0, c70);
    }
    TYPE.cast(c00).intoArray(c, co);
    TYPE.cast(c10).intoArray(c, co + ldc);
    TYPE.cast(c20).intoArray(c, co + 2 * ldc);
    TYPE.cast(c30).intoArray(c, co + 3 * ldc);
    TYPE.cast(c40).intoArray(c, co + 4 * ldc);
    TYPE.cast(c50).intoArray(c, co + 5 * ldc);
    TYPE.cast(c60).intoArray(c, co + 6 * ldc);
    TYPE.cast(c70).intoArray(c, co + 7 * ldc);
  }

  /** 8 x 32, A packed. */
  static void packed(
      int k,
      float[] a,
      int ao,
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
    FloatVector c01 = FloatVector.fromArray(S, start, so + 16);
    FloatVector c10 = FloatVector.fromArray(S, start, so + lds);
    FloatVector c11 = FloatVector.fromArray(S, start, so + lds + 16);
    FloatVector c20 = FloatVector.fromArray(S, start, so + 2 * lds);
    FloatVector c21 = FloatVector.fromArray(S, start, so + 2 * lds + 16);
    FloatVector c30 = FloatVector.fromArray(S, start, so + 3 * lds);
    FloatVector c31 = FloatVector.fromArray(S, start, so + 3 * lds + 16);
    FloatVector c40 = FloatVector.fromArray(S, start, so + 4 * lds);
    FloatVector c41 = FloatVector.fromArray(S, start, so + 4 * lds + 16);
    FloatVector c50 = FloatVector.fromArray(S, start, so + 5 * lds);
    FloatVector c51 = FloatVector.fromArray(S, start, so + 5 * lds + 16);
    FloatVector c60 = FloatVector.fromArray(S, start, so + 6 * lds);
    FloatVector c61 = FloatVector.fromArray(S, start, so + 6 * lds + 16);
    FloatVector c70 = FloatVector.fromArray(S, start, so + 7 * lds);
    FloatVector c71 = FloatVector.fromArray(S, start, so + 7 * lds + 16);
    for (int i = 0; i < k; i++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + i * ldb);
      FloatVector b1 = FloatVector.fromArray(S, b, bo + i * ldb + 16);
      FloatVector x0 = FloatVector.broadcast(S, a[ao + i * 16]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.broadcast(S, a[ao + i * 16 + 1]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      FloatVector x2 = FloatVector.broadcast(S, a[ao + i * 16 + 2]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      FloatVector x3 = FloatVector.broadcast(S, a[ao + i * 16 + 3]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      FloatVector x4 = FloatVector.broadcast(S, a[ao + i * 16 + 4]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      FloatVector x5 = FloatVector.broadcast(S, a[ao + i * 16 + 5]);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
      FloatVector x6 = FloatVector.broadcast(S, a[ao + i * 16 + 6]);
      c60 = x6.fma(b0, c60);
      c61 = x6.fma(b1, c61);
      FloatVector x7 = FloatVector.broadcast(S, a[ao + i * 16 + 7]);
      c70 = x7.fma(b0, c70);
      c71 = x7.fma(b1, c71);
    }
    TYPE.cast(c00).intoArray(c, co);
    TYPE.cast(c01).intoArray(c, co + 16);
    TYPE.cast(c10).intoArray(c, co + ldc);
    TYPE.cast(c11).intoArray(c, co + ldc + 16);
    TYPE.cast(c20).intoArray(c, co + 2 * ldc);
    TYPE.cast(c21).intoArray(c, co + 2 * ldc + 16);
    TYPE.cast(c30).intoArray(c, co + 3 * ldc);
    TYPE.cast(c31).intoArray(c, co + 3 * ldc + 16);
    TYPE.cast(c40).intoArray(c, co + 4 * ldc);
    TYPE.cast(c41).intoArray(c, co + 4 * ldc + 16);
    TYPE.cast(c50).intoArray(c, co + 5 * ldc);
    TYPE.cast(c51).intoArray(c, co + 5 * ldc + 16);
    TYPE.cast(c60).intoArray(c, co + 6 * ldc);
    TYPE.cast(c61).intoArray(c, co + 6 * ldc + 16);
    TYPE.cast(c70).intoArray(c, co + 7 * ldc);
    TYPE.cast(c71).intoArray(c, co + 7 * ldc + 16);
  }

  /** 8 x 16, A packed. */
  static void packedNarrow(
      int k,
      float[] a,
      int ao,
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
    FloatVector c10 = FloatVector.fromArray(S, start, so + lds);
    FloatVector c20 = FloatVector.fromArray(S, start, so + 2 * lds);
    FloatVector c30 = FloatVector.fromArray(S, start, so + 3 * lds);
    FloatVector c40 = FloatVector.fromArray(S, start, so + 4 * lds);
    FloatVector c50 = FloatVector.fromArray(S, start, so + 5 * lds);
    FloatVector c60 = FloatVector.fromArray(S, start, so + 6 * lds);
    FloatVector c70 = FloatVector.fromArray(S, start, so + 7 * lds);
    for (int i = 0; i < k; i++) {
      FloatVector b0 = FloatVector.fromArray(S, b, bo + i * ldb);
      FloatVector x0 = FloatVector.broadcast(S, a[ao + i * 16]);
      c00 = x0.fma(b0, c00);
      FloatVector x1 = FloatVector.broadcast(S, a[ao + i * 16 + 1]);
      c10 = x1.fma(b0, c10);
      FloatVector x2 = FloatVector.broadcast(S, a[ao + i * 16 + 2]);
      c20 = x2.fma(b0, c20);
      FloatVector x3 = FloatVector.broadcast(S, a[ao + i * 16 + 3]);
      c30 = x3.fma(b0, c30);
      FloatVector x4 = FloatVector.broadcast(S, a[ao + i * 16 + 4]);
      c40 = x4.fma(b0, c40);
      FloatVector x5 = FloatVector.broadcast(S, a[ao + i * 16 + 5]);
      c50 = x5.fma(b0, c50);
      FloatVector x6 = FloatVector.broadcast(S, a[ao + i * 16 + 6]);
      c60 = x6.fma(b0, c60);
      FloatVector x7 = FloatVector.broadcast(S, a[ao + i * 16 + 7]);
      c70 = x7.fma(b0, c70);
    }
    TYPE.cast(c00).intoArray(c, co);
    TYPE.cast(c10).intoArray(c, co + ldc);
    TYPE.cast(c20).intoArray(c, co + 2 * ldc);
    TYPE.cast(c30).intoArray(c, co + 3 * ldc);
    TYPE.cast(c40).intoArray(c, co + 4 * ldc);
    TYPE.cast(c50).intoArray(c, co + 5 * ldc);
    TYPE.cast(c60).intoArray(c, co + 6 * ldc);
    TYPE.cast(c70).intoArray(c, co + 7 * ldc);
  }
}
