package io.gradflow.common.array;

import java.util.Map;
import java.util.Random;

/**
 * Prints one digest over products and kernels of many shapes: equal on every processor, with every
 * vector width, interpreted or compiled. Each product is also compared with the scalar chain.
 *
 * <p>{@code java --add-modules=jdk.incubator.vector -cp ... io.gradflow.common.array.BitsDigest
 * [tiny|small|full]}
 */
final class BitsDigest {
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  private long digest = FNV_OFFSET;
  private int cases;

  private BitsDigest() {}

  public static void main(String[] args) {
    System.out.println(of(args.length > 0 ? args[0] : "full"));
  }

  /** {@code products DIGEST (CASES) kernels DIGEST (CASES)}. */
  static String of(String size) {
    BitsDigest products = new BitsDigest();
    products.products(size);
    BitsDigest kernels = new BitsDigest();
    kernels.kernels(size);
    return "products " + products + ", kernels " + kernels;
  }

  @Override
  public String toString() {
    return Long.toHexString(digest) + " (" + cases + ")";
  }

  private void add(float[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      // One bit pattern for all NaN: their payload is the processor's choice.
      digest = (digest ^ Float.floatToIntBits(values[i])) * FNV_PRIME;
    }
    cases++;
  }

  private void products(String size) {
    int[] ms = {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17, 25, 31, 33, 64, 97, 130};
    int[] ns = {1, 7, 8, 10, 15, 16, 17, 31, 32, 33, 64, 100};
    int[] ks = {0, 1, 2, 3, 5, 25, 64, 255, 256, 257, 600};
    if (size.equals("small")) {
      ms = new int[] {1, 2, 3, 6, 7, 8, 17, 33};
      ns = new int[] {1, 10, 16, 33, 50};
      ks = new int[] {1, 5, 25, 257};
    } else if (size.equals("tiny")) {
      ms = new int[] {1, 3, 7, 17};
      ns = new int[] {10, 33};
      ks = new int[] {5, 25};
    }
    Random random = new Random(5);
    for (int m : ms) {
      for (int n : ns) {
        for (int k : ks) {
          for (int variant = 0; variant < 8; variant++) {
            product(random, (variant & 1) != 0, (variant & 2) != 0, m, n, k, variant >> 2);
          }
        }
      }
    }
  }

  private void kernels(String size) {
    int[][] shapes = {{1, 1}, {1, 7}, {3, 10}, {5, 16}, {4, 33}, {7, 100}, {9, 511}, {2, 4600}};
    int shapeCount = size.equals("tiny") ? 4 : shapes.length;
    Random random = new Random(6);
    for (Map.Entry<String, KernelCases.Case> kernel : KernelCases.all().entrySet()) {
      for (int s = 0; s < shapeCount; s++) {
        for (int special = 0; special < 2; special++) {
          KernelCases.Data data = new KernelCases.Data(shapes[s][0], shapes[s][1]);
          data.fill(random, special == 1);
          kernel.getValue().run(data);
          add(data.x, 0, data.x.length);
          add(data.y, 0, data.y.length);
          add(data.z, 0, data.z.length);
          add(data.out, 0, data.out.length);
        }
      }
      if (Boolean.getBoolean("gradflow.test.verbose")) {
        System.out.println(kernel.getKey() + " " + this);
      }
    }
  }

  private void product(
      Random random, boolean transposeA, boolean transposeB, int m, int n, int k, int beta) {
    Gemm gemm = Numerics.PORTABLE.gemm();
    int lda = (transposeA ? m : k) + random.nextInt(3);
    int ldb = (transposeB ? k : n) + random.nextInt(3);
    int ldc = n + random.nextInt(3);
    int ao = random.nextInt(5);
    int bo = random.nextInt(5);
    int co = random.nextInt(5);
    float[] a = uniform(random, ao + (transposeA ? k : m) * lda);
    float[] b = uniform(random, bo + (transposeB ? n : k) * ldb);
    float[] c = uniform(random, co + m * ldc);
    float[] chain = c.clone();
    float[] packedResult = c.clone();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float sum = beta == 0 ? 0f : c[co + i * ldc + j];
        for (int q = 0; q < k; q++) {
          float x = a[ao + (transposeA ? q * lda + i : i * lda + q)];
          float y = b[bo + (transposeB ? j * ldb + q : q * ldb + j)];
          sum = Math.fma(x, y, sum);
        }
        chain[co + i * ldc + j] = sum;
      }
    }
    gemm.multiply(transposeA, transposeB, m, n, k, a, ao, lda, b, bo, ldb, beta, c, co, ldc);
    PackedMatrix packed = gemm.packed(k, n);
    gemm.pack(transposeB, b, bo, ldb, packed);
    gemm.multiplyPacked(transposeA, m, a, ao, lda, packed, beta, packedResult, co, ldc);
    String what = (transposeA ? "T" : "N") + (transposeB ? "T " : "N ") + m + "x" + k + "x" + n;
    requireSame(what, chain, c);
    requireSame(what + " packed", chain, packedResult);
    add(c, 0, c.length);
  }

  private static float[] uniform(Random random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }

  private static void requireSame(String what, float[] expected, float[] actual) {
    for (int i = 0; i < expected.length; i++) {
      if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(actual[i])) {
        throw new AssertionError(
            what + ": element " + i + " is " + actual[i] + "; the chain gives " + expected[i]);
      }
    }
  }
}
