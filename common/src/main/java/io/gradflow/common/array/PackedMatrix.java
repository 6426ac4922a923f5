package io.gradflow.common.array;

/**
 * A matrix copied into the layout that one {@link Gemm} reads fastest. Allocated once by {@link
 * Gemm#packed}, filled by {@link Gemm#pack}, used by {@link Gemm#multiplyPacked}.
 *
 * <p>Whoever allocated it owns it; while nobody packs, any number of threads may multiply by it.
 */
public final class PackedMatrix {
  private final Gemm owner;
  private final int k;
  private final int n;
  private final float[] values;

  PackedMatrix(Gemm owner, int k, int n, int floats) {
    this.owner = owner;
    this.k = k;
    this.n = n;
    this.values = new float[floats];
  }

  public int k() {
    return k;
  }

  public int n() {
    return n;
  }

  /**
   * The packed floats, for the implementation that laid them out.
   *
   * @throws IllegalArgumentException if another implementation did
   */
  float[] values(Gemm reader) {
    if (reader != owner) {
      throw new IllegalArgumentException(
          "matrix packed for "
              + owner.getClass().getSimpleName()
              + " given to "
              + reader.getClass().getSimpleName()
              + "; pack it with the Gemm that multiplies");
    }
    return values;
  }

  /** Fills this with op(B)[k, n] in plain row-major order. */
  void copyRows(Gemm writer, boolean transposeB, float[] b, int bOffset, int ldb) {
    float[] to = values(writer);
    for (int row = 0; row < k; row++) {
      if (transposeB) {
        for (int column = 0; column < n; column++) {
          to[row * n + column] = b[bOffset + column * ldb + row];
        }
      } else {
        System.arraycopy(b, bOffset + row * ldb, to, row * n, n);
      }
    }
  }
}
