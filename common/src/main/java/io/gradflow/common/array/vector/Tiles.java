package io.gradflow.common.array.vector;

/** The register tiles of the width in use; the others' classes are never loaded. */
final class Tiles {
  /** Rows that {@link #narrow} and the tallest {@link #inPlace} cover. */
  static final int HEIGHT =
      Lanes.BITS == 512 ? Tiles512.HEIGHT : Lanes.BITS == 256 ? Tiles256.HEIGHT : Tiles128.HEIGHT;

  /** Rows that {@link #packed} covers: half a group of packed rows, or a whole one. */
  static final int PACKED_HEIGHT =
      Lanes.BITS == 512
          ? Tiles512.PACKED_HEIGHT
          : Lanes.BITS == 256 ? Tiles256.PACKED_HEIGHT : Tiles128.PACKED_HEIGHT;

  private Tiles() {}

  /** The tallest tile for so many rows. */
  static int height(int rows) {
    return rows >= HEIGHT ? HEIGHT : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;
  }

  /**
   * {@code height} rows by two vectors, rows of A in place. One row is two with strides of 0: the
   * same row computed and stored twice, in the time that one takes to wait for its fma.
   */
  static void inPlace(
      int height,
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
    if (Lanes.BITS == 512) {
      switch (height) {
        case 8 -> Tiles512.eight(k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
        case 4 -> Tiles512.four(k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
        case 2 -> Tiles512.two(k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
        default -> Tiles512.two(k, a, ao, 0, b, bo, ldb, start, so, 0, c, co, 0);
      }
    } else if (Lanes.BITS == 256) {
      switch (height) {
        case 6 -> Tiles256.six(k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
        case 4 -> Tiles256.four(k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
        case 2 -> Tiles256.two(k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
        default -> Tiles256.two(k, a, ao, 0, b, bo, ldb, start, so, 0, c, co, 0);
      }
    } else {
      switch (height) {
        case 8 -> Tiles128.eight(k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
        case 4 -> Tiles128.four(k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
        case 2 -> Tiles128.two(k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
        default -> Tiles128.two(k, a, ao, 0, b, bo, ldb, start, so, 0, c, co, 0);
      }
    }
  }

  /** {@link #HEIGHT} rows by one vector, rows of A in place. */
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
    if (Lanes.BITS == 512) {
      Tiles512.narrow(k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
    } else if (Lanes.BITS == 256) {
      Tiles256.narrow(k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
    } else {
      Tiles128.narrow(k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
    }
  }

  /** {@link #PACKED_HEIGHT} rows by two vectors, A packed. */
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
    if (Lanes.BITS == 512) {
      Tiles512.packed(k, a, ao, b, bo, ldb, start, so, lds, c, co, ldc);
    } else if (Lanes.BITS == 256) {
      Tiles256.packed(k, a, ao, b, bo, ldb, start, so, lds, c, co, ldc);
    } else {
      Tiles128.packed(k, a, ao, b, bo, ldb, start, so, lds, c, co, ldc);
    }
  }

  /** {@link #PACKED_HEIGHT} rows by one vector, A packed. */
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
    if (Lanes.BITS == 512) {
      Tiles512.packedNarrow(k, a, ao, b, bo, ldb, start, so, lds, c, co, ldc);
    } else if (Lanes.BITS == 256) {
      Tiles256.packedNarrow(k, a, ao, b, bo, ldb, start, so, lds, c, co, ldc);
    } else {
      Tiles128.packedNarrow(k, a, ao, b, bo, ldb, start, so, lds, c, co, ldc);
    }
  }
}
