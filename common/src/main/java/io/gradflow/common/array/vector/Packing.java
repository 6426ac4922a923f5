package io.gradflow.common.array.vector;

import static io.gradflow.common.array.vector.Lanes.FLOATS;
import static io.gradflow.common.array.vector.Lanes.TYPE;

import jdk.incubator.vector.FloatVector;

/**
 * Copies of A and B in the order that the tiles read them. B: panels of {@link #PANEL} columns, k
 * rows each; at 256 bits each panel's first half of columns comes before its second. A: {@linkplain
 * Tiles#group groups} of rows, for each k a vector with the rows' values side by side. What lies
 * beyond the matrix is computed and thrown away, so its content does not matter.
 */
final class Packing {
  /** Columns of a panel of B. */
  static final int PANEL = 2 * Lanes.COUNT;

  /** Floats that all panels of a matrix take at most, 4 GB: the tiles mask offsets by it. */
  static final int MAX_FLOATS = 1 << 30;

  /** Whether a panel's halves lie one after the other, or side by side. */
  private static final boolean HALVES = Lanes.BITS == 256;

  /** Floats from one row of a panel to the next. */
  private static final int ROW = HALVES ? Lanes.COUNT : PANEL;

  private Packing() {}

  /** Floats from a panel's first vector of a row to its second. */
  private static int half(int k) {
    return HALVES ? k * Lanes.COUNT : Lanes.COUNT;
  }

  /**
   * Floats that the panels of op(B)[k, n] take.
   *
   * @throws IllegalArgumentException if they are more than {@link #MAX_FLOATS}
   */
  static int size(int k, int n) {
    long floats = (long) panels(n) * PANEL * k;
    if (floats > MAX_FLOATS) {
      throw new IllegalArgumentException(
          "a matrix of "
              + k
              + " rows and "
              + n
              + " columns takes "
              + floats
              + " floats in a product, which is more than the "
              + MAX_FLOATS
              + " possible; use several smaller layers");
    }
    return (int) floats;
  }

  static int panels(int n) {
    return (n + PANEL - 1) / PANEL;
  }

  /** All panels of op(B)[k, n]. */
  static void packB(
      boolean transposed, int k, int n, float[] b, int bo, int ldb, float[] to, int at) {
    int j = 0;
    if (!transposed) {
      for (; j + 4 * PANEL <= n; j += 4 * PANEL, at += 4 * k * PANEL) {
        copyFourPanels(k, b, bo + j, ldb, to, at);
      }
    }
    for (; j < n; j += PANEL, at += k * PANEL) {
      int width = Math.min(PANEL, n - j);
      if (transposed) {
        int first = Math.min(width, Lanes.COUNT);
        interleave(first, k, b, bo + j * ldb, ldb, to, at, ROW);
        interleave(width - first, k, b, bo + (j + first) * ldb, ldb, to, at + half(k), ROW);
      } else if (width == PANEL) {
        copyPanel(k, k, b, bo + j, ldb, to, at);
      } else {
        copyNarrowPanel(k, width, b, bo + j, ldb, to, at);
      }
    }
  }

  /** All groups of A[rows, k], stored by rows. */
  static void packRowsOfA(int rows, int k, float[] a, int ao, int lda, float[] to) {
    for (int i = 0, at = 0; i < rows; at += k * Lanes.COUNT) {
      int group = Tiles.group(rows - i);
      interleave(group, k, a, ao + i * lda, lda, to, at, Lanes.COUNT);
      i += group;
    }
  }

  /** All groups of A[rows, k] from A^T, stored by k. */
  static void packTransposedA(int rows, int k, float[] a, int ao, int lda, float[] to) {
    // Whole vectors as far as the array reaches, with whatever lies beside a group.
    int safe = a.length - Lanes.COUNT - (k - 1) * lda - ao;
    for (int i = 0, at = 0; i < rows; at += k * Lanes.COUNT) {
      int group = Tiles.group(rows - i);
      int second = i + group;
      int third = second + Tiles.group(rows - second);
      int fourth = third + Tiles.group(rows - third);
      if (fourth < rows && fourth <= safe) {
        copyFourGroups(k, a, ao + i, ao + second, ao + third, ao + fourth, lda, to, at);
        group = fourth + Tiles.group(rows - fourth) - i;
        at += 3 * k * Lanes.COUNT;
      } else if (i <= safe) {
        copyGroup(k, a, ao + i, lda, to, at);
      } else {
        for (int q = 0, from = ao + i, d = at; q < k; q++, from += lda, d += Lanes.COUNT) {
          for (int r = 0; r < group; r++) {
            to[d + r] = a[from + r];
          }
        }
      }
      i += group;
    }
  }

  private static void copyPanel(int rows, int k, float[] b, int bo, int ldb, float[] to, int at) {
    int second = at + half(k);
    for (int i = 0; i < rows; i++) {
      TYPE.cast(FloatVector.fromArray(FLOATS, b, bo + i * ldb)).intoArray(to, at + i * ROW);
      TYPE.cast(FloatVector.fromArray(FLOATS, b, bo + i * ldb + Lanes.COUNT))
          .intoArray(to, second + i * ROW);
    }
  }

  /**
   * Four panels side by side: panel by panel each row would be fetched once for every panel, and
   * rows a power of two apart push each other out of the caches between.
   */
  private static void copyFourPanels(int k, float[] b, int bo, int ldb, float[] to, int at) {
    int size = k * PANEL;
    int half = half(k);
    for (int i = 0; i < k; i++) {
      for (int p = 0, from = bo + i * ldb, d = at + i * ROW; p < 4; p++, d += size) {
        TYPE.cast(FloatVector.fromArray(FLOATS, b, from)).intoArray(to, d);
        TYPE.cast(FloatVector.fromArray(FLOATS, b, from + Lanes.COUNT)).intoArray(to, d + half);
        from += PANEL;
      }
    }
  }

  /** Four groups side by side, for the reason of {@link #copyFourPanels}. */
  private static void copyFourGroups(
      int k, float[] a, int a0, int a1, int a2, int a3, int lda, float[] to, int at) {
    int size = k * Lanes.COUNT;
    for (int i = 0; i < k; i++) {
      int row = i * lda;
      int d = at + i * Lanes.COUNT;
      TYPE.cast(FloatVector.fromArray(FLOATS, a, a0 + row)).intoArray(to, d);
      TYPE.cast(FloatVector.fromArray(FLOATS, a, a1 + row)).intoArray(to, d + size);
      TYPE.cast(FloatVector.fromArray(FLOATS, a, a2 + row)).intoArray(to, d + 2 * size);
      TYPE.cast(FloatVector.fromArray(FLOATS, a, a3 + row)).intoArray(to, d + 3 * size);
    }
  }

  private static void copyGroup(int k, float[] a, int ao, int lda, float[] to, int at) {
    for (int i = 0; i < k; i++) {
      TYPE.cast(FloatVector.fromArray(FLOATS, a, ao + i * lda)).intoArray(to, at + i * Lanes.COUNT);
    }
  }

  /** Whole vectors as far as the array reaches, with whatever follows a row, then single floats. */
  private static void copyNarrowPanel(
      int k, int width, float[] b, int bo, int ldb, float[] to, int at) {
    int safe = Math.min(k, Math.max(0, (b.length - PANEL - bo) / Math.max(ldb, 1) + 1));
    if (b.length - PANEL < bo) {
      safe = 0;
    }
    copyPanel(safe, k, b, bo, ldb, to, at);
    int first = Math.min(width, Lanes.COUNT);
    for (int i = safe; i < k; i++) {
      System.arraycopy(b, bo + i * ldb, to, at + i * ROW, first);
      System.arraycopy(b, bo + i * ldb + first, to, at + half(k) + i * ROW, width - first);
    }
  }

  /**
   * to[i stride + r] = from[row r, i], two rows at a time: as fast as four, and eight take half as
   * long again.
   */
  private static void interleave(
      int rows, int k, float[] from, int at0, int ld, float[] to, int at, int stride) {
    int r = 0;
    for (; r + 2 <= rows; r += 2) {
      int even = at0 + r * ld;
      interleaveTwo(k, from, even, even + ld, to, at + r, stride);
    }
    if (r < rows) {
      for (int i = 0, s = at0 + r * ld; i < k; i++) {
        to[at + i * stride + r] = from[s + i];
      }
    }
  }

  private static void interleaveTwo(
      int k, float[] from, int even, int odd, float[] to, int at, int stride) {
    for (int i = 0; i < k; i++) {
      int d = at + i * stride;
      to[d] = from[even + i];
      to[d + 1] = from[odd + i];
    }
  }
}
