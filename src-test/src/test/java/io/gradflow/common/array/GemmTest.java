package io.gradflow.common.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Oracle: the sum in double. */
class GemmTest {
  private static final int[][] SHAPES = {
    {1, 1, 1},
    {1, 33, 70},
    {2, 40, 9},
    {3, 32, 260},
    {5, 100, 17},
    {7, 10, 3},
    {17, 50, 300},
    {64, 33, 31},
    {100, 65, 129}
  };

  @ParameterizedTest
  @EnumSource
  void multiply_allTransposes_agreesWithDouble(Numerics numerics) {
    Random random = new Random(11);
    for (int[] shape : SHAPES) {
      for (int variant = 0; variant < 8; variant++) {
        Product product =
            new Product(
                random, shape[0], shape[1], shape[2], (variant & 1) != 0, (variant & 2) != 0);
        float beta = variant >> 2;
        float[] direct = product.c.clone();
        product.multiply(numerics.gemm(), beta, direct);
        product.assertClose(beta, direct, 1);
        float[] packed = product.c.clone();
        product.multiplyPacked(numerics.gemm(), beta, packed);
        product.assertClose(beta, packed, 1);
      }
    }
  }

  /**
   * One chain of fma over k terms errs by at most k 2^-24 sum |a b|; roundings of random sign make
   * that about sqrt(k). A hundred thousand terms thus keep four digits or more against the size of
   * the terms, what single precision training needs, and chains need no splitting.
   */
  @ParameterizedTest
  @ValueSource(ints = {1000, 10_000, 100_000})
  void multiply_longChains_errLikeTheSquareRootOfTheirLength(int k) {
    Product product = new Product(new Random(12), 9, 33, k, true, false);
    float[] c = product.c.clone();
    product.multiply(Numerics.PORTABLE.gemm(), 0f, c);
    product.assertClose(0f, c, 4 / Math.sqrt(k));
  }

  @Test
  void multiply_anyNumberOfRows_givesARowTheSameBits() {
    Gemm gemm = Numerics.PORTABLE.gemm();
    for (int n : new int[] {10, 83, 200}) {
      for (boolean transposeB : new boolean[] {false, true}) {
        Product product = new Product(new Random(13), 70, n, 300, false, transposeB);
        float[] whole = product.c.clone();
        product.multiply(gemm, 0f, whole);
        for (int m = 1; m <= 70; m++) {
          float[] part = new float[whole.length];
          gemm.multiply(
              false,
              transposeB,
              m,
              n,
              300,
              product.a,
              product.ao,
              product.lda,
              product.b,
              product.bo,
              product.ldb,
              0f,
              part,
              product.co,
              product.ldc);
          assertArrayEquals(
              Arrays.copyOfRange(whole, product.co, product.co + n),
              Arrays.copyOfRange(part, product.co, product.co + n),
              "row 0 of " + m + " rows, n " + n);
        }
      }
    }
  }

  @Test
  void multiply_kInTwoCalls_changesNoBit() {
    Gemm gemm = Numerics.PORTABLE.gemm();
    Product product = new Product(new Random(14), 20, 50, 333, false, false);
    float[] whole = product.c.clone();
    product.multiply(gemm, 1f, whole);
    float[] split = product.c.clone();
    int first = 101;
    gemm.multiply(
        false,
        false,
        20,
        50,
        first,
        product.a,
        product.ao,
        product.lda,
        product.b,
        product.bo,
        product.ldb,
        1f,
        split,
        product.co,
        product.ldc);
    gemm.multiply(
        false,
        false,
        20,
        50,
        333 - first,
        product.a,
        product.ao + first,
        product.lda,
        product.b,
        product.bo + first * product.ldb,
        product.ldb,
        1f,
        split,
        product.co,
        product.ldc);
    assertArrayEquals(whole, split);
  }

  @ParameterizedTest
  @EnumSource
  void multiply_betaZero_ignoresWhatCHeld(Numerics numerics) {
    Product product = new Product(new Random(15), 12, 40, 30, false, false);
    float[] dirty = product.c.clone();
    Arrays.fill(dirty, Float.NaN);
    product.multiply(numerics.gemm(), 0f, dirty);
    for (int i = 0; i < 12; i++) {
      for (int j = 0; j < 40; j++) {
        assertFalse(Float.isNaN(dirty[product.co + i * product.ldc + j]));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void multiply_nothingToAdd_leavesBetaC(Numerics numerics) {
    float[] c = {1, 2, 3, 4};
    numerics.gemm().multiply(false, false, 2, 2, 0, c, 0, 1, c, 0, 2, 1f, c, 0, 2);
    assertArrayEquals(new float[] {1, 2, 3, 4}, c);
    numerics.gemm().multiply(false, false, 2, 2, 0, c, 0, 1, c, 0, 2, 0f, c, 0, 2);
    assertArrayEquals(new float[4], c);
  }

  @Test
  void multiplyPacked_matrixOfAnotherGemm_namesBoth() {
    PackedMatrix packed = ScalarGemm.INSTANCE.packed(2, 2);
    IllegalArgumentException fault =
        assertThrows(
            IllegalArgumentException.class,
            () -> NativeGemm.instance().pack(false, new float[4], 0, 2, packed));
    assertEquals(
        "matrix packed for ScalarGemm given to NativeGemm; pack it with the Gemm that multiplies",
        fault.getMessage());
  }

  @Test
  void packed_moreThanTheTilesReach_saysHowMany() {
    Gemm gemm = Numerics.PORTABLE.gemm();
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> gemm.packed(1 << 16, 1 << 15));
    assertTrue(error.getMessage().contains("65536 rows and 32768 columns"), error.getMessage());
    assertTrue(error.getMessage().contains("2147483648 floats"), error.getMessage());
  }

  @Test
  void nativeGemm_description_namesItsLibrary() {
    assertTrue(NativeGemm.instance().description().contains("libopenblas_nolapack"));
  }

  /** One product on arrays with offsets and strides of their own, no longer than needed. */
  private static final class Product {
    final int m;
    final int n;
    final int k;
    final boolean transposeA;
    final boolean transposeB;
    final int lda;
    final int ldb;
    final int ldc;
    final int ao;
    final int bo;
    final int co;
    final float[] a;
    final float[] b;
    final float[] c;

    Product(Random random, int m, int n, int k, boolean transposeA, boolean transposeB) {
      this.m = m;
      this.n = n;
      this.k = k;
      this.transposeA = transposeA;
      this.transposeB = transposeB;
      int columnsOfA = transposeA ? m : k;
      int columnsOfB = transposeB ? k : n;
      lda = columnsOfA + random.nextInt(4);
      ldb = columnsOfB + random.nextInt(4);
      ldc = n + random.nextInt(4);
      ao = random.nextInt(20);
      bo = random.nextInt(20);
      co = random.nextInt(20);
      a = uniform(random, ao + ((transposeA ? k : m) - 1) * lda + columnsOfA);
      b = uniform(random, bo + ((transposeB ? n : k) - 1) * ldb + columnsOfB);
      c = uniform(random, co + (m - 1) * ldc + n);
    }

    void multiply(Gemm gemm, float beta, float[] result) {
      gemm.multiply(transposeA, transposeB, m, n, k, a, ao, lda, b, bo, ldb, beta, result, co, ldc);
    }

    void multiplyPacked(Gemm gemm, float beta, float[] result) {
      PackedMatrix packed = gemm.packed(k, n);
      gemm.pack(transposeB, b, bo, ldb, packed);
      gemm.multiplyPacked(transposeA, m, a, ao, lda, packed, beta, result, co, ldc);
    }

    /**
     * Each element within {@code share} of the worst case k 2^-24 sum |a b|; the rest as it was.
     */
    void assertClose(float beta, float[] result, double share) {
      float[] untouched = result.clone();
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          int at = co + i * ldc + j;
          double sum = beta * (double) c[at];
          double magnitude = Math.abs(sum);
          for (int q = 0; q < k; q++) {
            double x = a[ao + (transposeA ? q * lda + i : i * lda + q)];
            double term = x * b[bo + (transposeB ? j * ldb + q : q * ldb + j)];
            sum += term;
            magnitude += Math.abs(term);
          }
          double bound = share * (k + 1) * 0x1p-24 * magnitude;
          assertTrue(
              Math.abs(result[at] - sum) <= bound,
              m
                  + "x"
                  + k
                  + "x"
                  + n
                  + " ["
                  + i
                  + ", "
                  + j
                  + "]: "
                  + result[at]
                  + ", expected "
                  + sum);
          untouched[at] = c[at];
        }
      }
      assertArrayEquals(c, untouched, "something was written between the rows of C");
    }

    private static float[] uniform(Random random, int size) {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = random.nextFloat() - 0.5f;
      }
      return values;
    }
  }
}
