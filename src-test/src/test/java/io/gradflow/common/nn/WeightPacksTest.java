package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.gradflow.common.array.Gemm;
import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.PackedMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WeightPacksTest {
  private static final int K = 300;
  private static final int N = 530;
  private static final int ROWS = 20;
  private static final Gemm GEMM = Numerics.PORTABLE.gemm();

  @Test
  void multiply_packedAndInPlace_haveTheSameBits() {
    for (boolean transposed : new boolean[] {false, true}) {
      WeightMatrix matrix = new WeightMatrix(new WeightPacks(GEMM), 7, K, N, transposed);
      float[] weights = weights(1);

      assertArrayEquals(
          product(matrix, weights, Pass.UNKNOWN_VERSION), product(matrix, weights, 0));
    }
  }

  @Test
  void multiply_weightsOfANewVersion_arePackedAnew() {
    WeightMatrix matrix = new WeightMatrix(new WeightPacks(GEMM), 7, K, N, false);
    float[] weights = weights(1);
    product(matrix, weights, 0);
    float[] changed = weights(2);
    System.arraycopy(changed, 0, weights, 0, weights.length);

    assertArrayEquals(product(matrix, changed, Pass.UNKNOWN_VERSION), product(matrix, weights, 1));
  }

  @Test
  void packed_olderWeightsThanThoseThere_areReadInPlace() {
    WeightPacks packs = new WeightPacks(GEMM);
    WeightPacks.Pack pack = packs.pack(7, K, N, false);
    PackedMatrix newer = pack.of(5, weights(5));

    if (GEMM.gainsFromPacking()) {
      assertNull(pack.of(4, weights(4)));
      assertSame(newer, pack.of(5, weights(5)));
    }
    assertNotNull(newer);
  }

  @Test
  void multiply_manyThreadsOverManyVersions_allSeeTheirVersion() throws Exception {
    WeightPacks packs = new WeightPacks(GEMM);
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int version = 0; version < 40; version++) {
        float[] weights = weights(version);
        long current = version;
        float[] expected =
            product(new WeightMatrix(packs, 7, K, N, true), weights, Pass.UNKNOWN_VERSION);
        List<Future<float[]>> products = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
          products.add(
              pool.submit(() -> product(new WeightMatrix(packs, 7, K, N, true), weights, current)));
        }
        for (Future<float[]> product : products) {
          assertArrayEquals(expected, product.get(20, TimeUnit.SECONDS), "version " + version);
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static float[] product(WeightMatrix matrix, float[] weights, long version) {
    Pass pass = new Pass();
    pass.arrays(weights, version, null);
    float[] a = new float[ROWS * K];
    for (int i = 0; i < a.length; i++) {
      a[i] = (i * 37 % 101 - 50) / 64f;
    }
    float[] c = new float[ROWS * N];
    matrix.multiply(pass, ROWS, a, 0, K, 0, c, 0, N);
    return c;
  }

  private static float[] weights(int seed) {
    float[] weights = new float[7 + K * N];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = ((i + 1) * (13 + seed) % 257 - 128) / 100f;
    }
    return weights;
  }
}
