package io.gradflow.common.array.vector;

/** The register tiles of the width in use; the others' classes are never loaded. */
final class Tiles {
  /** Rows that {@link #narrow} and the tallest {@link #inPlace} cover. */
  static final int HEIGHT =
      Lanes.BITS == 512 ? Tiles512.HEIGHT : Lanes.BITS == 256 ? Tiles256.HEIGHT : Tiles128.HEIGHT;

  /** Rows that the tallest {@link #packed} covers: a group of packed rows, or a half. */
  static final int PACKED_HEIGHT =
      Lanes.BITS == 512
          ? Tiles512.PACKED_HEIGHT
          : Lanes.BITS == 256 ? Tiles256.PACKED_HEIGHT : Tiles128.PACKED_HEIGHT;

  private Tiles() {}

  /** The tile with A in place to take next for so many rows, all of which it has. */
  static int height(int rows) {
    return rows >= HEIGHT ? HEIGHT : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;
  }

  /**
   * The tile with A packed to take next for so many rows, which may be fewer than its own. At 256
   * bits sixes and fours that add up to the rows, or one more: two rows take as long as four.
   */
  static int packedHeight(int rows) {
    if (Lanes.BITS != 256) {
      return PACKED_HEIGHT;
    }
    int even = rows + (rows & 1);
    int fours = (PACKED_HEIGHT - even % PACKED_HEIGHT) % PACKED_HEIGHT / 2;
    if (even > 4 * fours) {
      return PACKED_HEIGHT;
    }
    return rows > 2 ? 4 : 2;
  }

  /** Rows of the next group of packed A: those of a tile, or of two where a vector holds two. */
  static int group(int rows) {
    return Math.min(rows, Lanes.BITS == 512 ? Lanes.COUNT : packedHeight(rows));
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
        case 5 -> Tiles256.five(k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
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

  /** {@link #HEIGHT} rows by one vector, rows of A in place; not at 256 bits. */
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
    } else {
      Tiles128.narrow(k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
    }
  }

  /** {@code height} rows by two vectors, A packed. */
  static void packed(
      int height,
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
    if (Lanes.BITS == 512) {
      Tiles512.packed(k, a, ao, b, bo, Packing.PANEL, start, so, lds, c, co, ldc);
    } else if (Lanes.BITS == 256) {
      switch (height) {
        case 6 -> Tiles256.packed(k, a, ao, b, bo, start, so, lds, c, co, ldc);
        case 4 -> Tiles256.packedFour(k, a, ao, b, bo, start, so, lds, c, co, ldc);
        default -> Tiles256.packedTwo(k, a, ao, b, bo, start, so, lds, c, co, ldc);
      }
    } else {
      Tiles128.packed(k, a, ao, b, bo, Packing.PANEL, start, so, lds, c, co, ldc);
    }
  }

  /** {@link #PACKED_HEIGHT} rows by one vector, A packed. */
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
    if (Lanes.BITS == 512) {
      Tiles512.packedNarrow(k, a, ao, b, bo, Packing.PANEL, start, so, lds, c, co, ldc);
    } else if (Lanes.BITS == 256) {
      Tiles256.packedNarrow(k, a, ao, b, bo, start, so, lds, c, co, ldc);
    } else {
      Tiles128.packedNarrow(k, a, ao, b, bo, Packing.PANEL, start, so, lds, c, co, ldc);
    }
  }
}
