package io.gradflow.common.array.vector;

import java.util.Arrays;

/**
 * Matrix products C[m, n] = beta C + op(A)[m, k] op(B)[k, n] in register tiles.
 *
 * <p>Every element is one chain c = fma(a, b, c), k ascending, from beta C on. Vectors run across
 * columns and C is stored and loaded again between blocks of k, which is exact; so the bits depend
 * neither on the width of vectors, nor on blocks, nor on the number of rows.
 *
 * <p>Three ways: few rows read B once, so B stays in place ({@link FewRows}); otherwise B is packed
 * into panels, block by block of k; A is packed too where many panels read it again.
 */
public final class VectorProducts {
  /** A panel of B this deep is 32 kB at 512 bits, one L1 cache. */
  static final int BLOCK_K = 256;

  /** Rows of A this many, packed, stay in the L2 cache while all panels of B pass. */
  private static final int BLOCK_ROWS = Lanes.BITS == 256 ? 132 : 96;

  /** Of a block of rows, none smaller than half a vector but the last. */
  private static final int MAX_GROUPS = (BLOCK_ROWS + 3) / Math.max(4, Lanes.COUNT / 2) + 1;

  /** A is packed when it is read by so many columns and rows, at 256 bits always; else in place. */
  private static final int PACK_COLUMNS = 160;

  private static final int PACK_ROWS = 48;

  private static final int MIN_NARROW_K = 32;

  /** Columns of a part that one thread packs: whole panels, some ten microseconds. */
  private static final int PART_COLUMNS = 256;

  static final float[] ZEROS = new float[Packing.PANEL];

  static final ThreadLocal<Workspace> WORKSPACE = ThreadLocal.withInitial(Workspace::new);

  /** One thread's packed blocks; panels of B grow to the largest product seen. */
  static final class Workspace {
    final float[] a = new float[MAX_GROUPS * Lanes.COUNT * BLOCK_K];
    final float[] tile = new float[8 * Packing.PANEL];
    private float[] b = new float[0];

    float[] panels(int floats) {
      if (b.length < floats) {
        b = new float[floats];
      }
      return b;
    }
  }

  private VectorProducts() {}

  /** As {@code Gemm.multiply}. */
  public static void multiply(
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
    if (m == 0 || n == 0 || k == 0) {
      empty(m, n, beta, c, co, ldc);
      return;
    }
    boolean column = transposeA && m == 1 && lda == 1;
    if (FewRows.takes(transposeA && !column, transposeB, m, n)) {
      FewRows.multiply(
          transposeA && !column,
          transposeB,
          m,
          n,
          k,
          a,
          ao,
          column ? k : lda,
          b,
          bo,
          ldb,
          beta,
          c,
          co,
          ldc);
      return;
    }
    Workspace workspace = WORKSPACE.get();
    float[] panels = workspace.panels(Packing.size(Math.min(k, BLOCK_K), n));
    for (int k0 = 0; k0 < k; k0 += BLOCK_K) {
      int depth = Math.min(BLOCK_K, k - k0);
      Packing.packB(transposeB, depth, n, b, transposeB ? bo + k0 : bo + k0 * ldb, ldb, panels, 0);
      block(
          workspace,
          transposeA,
          m,
          n,
          depth,
          a,
          transposeA ? ao + k0 * lda : ao + k0,
          lda,
          panels,
          0,
          k0 > 0 || beta != 0f,
          c,
          co,
          ldc);
    }
  }

  /** Floats that {@link #pack} fills. */
  public static int packedSize(int k, int n) {
    return Packing.size(k, n);
  }

  /** The parts that op(B)[k, n] is packed in: blocks of k by {@link #PART_COLUMNS}. */
  public static int packParts(int k, int n) {
    return (k + BLOCK_K - 1) / BLOCK_K * columnParts(n);
  }

  /** Packs one part of op(B)[k, n]. */
  public static void packPart(
      int part, boolean transposeB, int k, int n, float[] b, int bo, int ldb, float[] packed) {
    int k0 = part / columnParts(n) * BLOCK_K;
    int j0 = part % columnParts(n) * PART_COLUMNS;
    int depth = Math.min(BLOCK_K, k - k0);
    int width = Math.min(PART_COLUMNS, n - j0);
    int from = transposeB ? bo + j0 * ldb + k0 : bo + k0 * ldb + j0;
    int at = k0 * Packing.panels(n) * Packing.PANEL + j0 * depth;
    Packing.packB(transposeB, depth, width, b, from, ldb, packed, at);
  }

  private static int columnParts(int n) {
    return (n + PART_COLUMNS - 1) / PART_COLUMNS;
  }

  /** As {@link #multiply} with B from {@link #pack}. */
  public static void multiplyPacked(
      boolean transposeA,
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] packed,
      float beta,
      float[] c,
      int co,
      int ldc) {
    if (m == 0 || n == 0 || k == 0) {
      empty(m, n, beta, c, co, ldc);
      return;
    }
    Workspace workspace = WORKSPACE.get();
    int row = Packing.panels(n) * Packing.PANEL;
    for (int k0 = 0; k0 < k; k0 += BLOCK_K) {
      block(
          workspace,
          transposeA,
          m,
          n,
          Math.min(BLOCK_K, k - k0),
          a,
          transposeA ? ao + k0 * lda : ao + k0,
          lda,
          packed,
          k0 * row,
          k0 > 0 || beta != 0f,
          c,
          co,
          ldc);
    }
  }

  private static void empty(int m, int n, float beta, float[] c, int co, int ldc) {
    if (beta == 0f) {
      for (int i = 0; i < m; i++) {
        Arrays.fill(c, co + i * ldc, co + i * ldc + n, 0f);
      }
    }
  }

  /** One block of k with B in panels: C = A B, or C += A B. */
  private static void block(
      Workspace workspace,
      boolean transposeA,
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] panels,
      int po,
      boolean add,
      float[] c,
      int co,
      int ldc) {
    boolean packA = Lanes.BITS == 256 || transposeA || (n >= PACK_COLUMNS && m >= PACK_ROWS);
    for (int i0 = 0; i0 < m; i0 += BLOCK_ROWS) {
      int rows = Math.min(BLOCK_ROWS, m - i0);
      if (transposeA) {
        Packing.packTransposedA(rows, k, a, ao + i0, lda, workspace.a);
      } else if (packA) {
        Packing.packRowsOfA(rows, k, a, ao + i0 * lda, lda, workspace.a);
      }
      for (int j = 0; j < n; j += Packing.PANEL) {
        int width = Math.min(Packing.PANEL, n - j);
        int panel = po + j * k;
        int corner = co + i0 * ldc + j;
        if (packA) {
          packedRows(workspace, rows, width, k, panels, panel, add, c, corner, ldc);
        } else {
          int first = ao + i0 * lda;
          rowsInPlace(
              workspace.tile, rows, width, k, a, first, lda, panels, panel, add, c, corner, ldc);
        }
      }
    }
  }

  private static void rowsInPlace(
      float[] tile,
      int rows,
      int width,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] panels,
      int panel,
      boolean add,
      float[] c,
      int co,
      int ldc) {
    for (int i = 0; i < rows; ) {
      int height = Tiles.height(rows - i);
      int first = ao + i * lda;
      int corner = co + i * ldc;
      if (width == Packing.PANEL) {
        float[] start = add ? c : ZEROS;
        Tiles.inPlace(
            height,
            k,
            a,
            first,
            lda,
            panels,
            panel,
            Packing.PANEL,
            start,
            add ? corner : 0,
            add ? ldc : 0,
            c,
            corner,
            ldc);
      } else {
        float[] start = startOf(tile, height, width, add, c, corner, ldc);
        int lds = add ? Packing.PANEL : 0;
        if (isNarrow(width, k) && height == Tiles.HEIGHT) {
          Tiles.narrow(
              k,
              a,
              first,
              lda,
              panels,
              panel,
              Packing.PANEL,
              start,
              0,
              lds,
              tile,
              0,
              Packing.PANEL);
        } else {
          Tiles.inPlace(
              height,
              k,
              a,
              first,
              lda,
              panels,
              panel,
              Packing.PANEL,
              start,
              0,
              lds,
              tile,
              0,
              Packing.PANEL);
        }
        copyOut(tile, height, width, c, corner, ldc);
      }
      i += height;
    }
  }

  private static void packedRows(
      Workspace workspace,
      int rows,
      int width,
      int k,
      float[] panels,
      int panel,
      boolean add,
      float[] c,
      int co,
      int ldc) {
    for (int i = 0, at = 0; i < rows; at += Lanes.COUNT * k) {
      int group = Tiles.group(rows - i);
      for (int q = 0; q < group; ) {
        int height = Tiles.packedHeight(group - q);
        int used = Math.min(height, group - q);
        int corner = co + (i + q) * ldc;
        packedTile(workspace, height, used, width, k, at + q, panels, panel, add, c, corner, ldc);
        q += used;
      }
      i += group;
    }
  }

  /** One tile, of which {@code used} rows and {@code width} columns count. */
  private static void packedTile(
      Workspace workspace,
      int height,
      int used,
      int width,
      int k,
      int at,
      float[] panels,
      int panel,
      boolean add,
      float[] c,
      int corner,
      int ldc) {
    float[] a = workspace.a;
    if (used == height && width == Packing.PANEL) {
      float[] start = add ? c : ZEROS;
      int so = add ? corner : 0;
      Tiles.packed(height, k, a, at, panels, panel, start, so, add ? ldc : 0, c, corner, ldc);
      return;
    }
    float[] tile = workspace.tile;
    float[] start = startOf(tile, used, width, add, c, corner, ldc);
    int lds = add ? Packing.PANEL : 0;
    if (isNarrow(width, k) && height == Tiles.PACKED_HEIGHT) {
      Tiles.packedNarrow(k, a, at, panels, panel, start, 0, lds, tile, 0, Packing.PANEL);
    } else {
      Tiles.packed(height, k, a, at, panels, panel, start, 0, lds, tile, 0, Packing.PANEL);
    }
    copyOut(tile, used, width, c, corner, ldc);
  }

  /**
   * Whether tiles of one vector pay. They were seen to box their vectors in a JVM whose products
   * all had k of 4 and 5; so short chains take two vectors and drop the second.
   */
  private static boolean isNarrow(int width, int k) {
    return width <= Lanes.COUNT && k >= MIN_NARROW_K;
  }

  /** Where a partial tile starts from: C copied into the tile, or zeros. */
  static float[] startOf(
      float[] tile, int height, int width, boolean add, float[] c, int corner, int ldc) {
    if (!add) {
      return ZEROS;
    }
    for (int r = 0; r < height; r++) {
      System.arraycopy(c, corner + r * ldc, tile, r * Packing.PANEL, width);
    }
    return tile;
  }

  private static void copyOut(float[] tile, int height, int width, float[] c, int corner, int ldc) {
    for (int r = 0; r < height; r++) {
      System.arraycopy(tile, r * Packing.PANEL, c, corner + r * ldc, width);
    }
  }
}
