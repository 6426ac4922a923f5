package io.gradflow.bench;

import io.gradflow.common.array.Gemm;
import io.gradflow.common.array.NativeGemm;
import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.PackedMatrix;
import io.gradflow.common.array.VectorSupport;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Matrix products in plain Java against ND4J's OpenBLAS, one thread, alternating: medians by shape
 * and way of transposing, and the geometric mean of the ratios of times. Packing is part of a
 * product; how fast it is with B packed before, as weights are, stands beside it. Products of one
 * row and tiny ones follow, outside the mean: the former flatter Java, the latter OpenBLAS.
 *
 * <p>The vector width and OpenBLAS's core type are fixed when a JVM starts, so each pair is a run:
 * {@code JAVA_OPTS=-Dgradflow.vector=256 OPENBLAS_CORETYPE=Haswell src-test/bench/run GemmBench}.
 * Argument: {@code rounds=N}.
 */
public final class GemmBench {
  private static final int WARM_UP_ROUNDS = 8;
  private static final double BLOCK_SECONDS = 0.02;

  /** Rows, depth, columns. */
  private static final List<int[]> SHAPES =
      List.of(
          new int[] {8, 256, 1024},
          new int[] {16, 256, 1024},
          new int[] {32, 256, 1024},
          new int[] {196, 800, 64},
          new int[] {784, 25, 32},
          new int[] {64, 3136, 512},
          new int[] {256, 784, 1024},
          new int[] {256, 1024, 1024},
          new int[] {256, 1024, 10},
          new int[] {128, 32, 128});

  private static final List<int[]> APART =
      List.of(new int[] {1, 512, 512}, new int[] {17, 300, 50}, new int[] {5, 30, 64});

  private GemmBench() {}

  public static void main(String[] args) {
    Arguments arguments = new Arguments(args, "rounds");
    arguments.expectAtMost(0);
    int rounds = arguments.number("rounds", 15);
    System.out.println(VectorSupport.description());
    System.out.println(NativeGemm.instance().description());
    System.out.printf(
        "%-20s %12s %12s %12s %8s%n", "product", "Java GFLOPS", "B packed", "OpenBLAS", "ratio");
    int count = 3 * SHAPES.size();
    System.out.printf(
        "geometric mean of Java's times against OpenBLAS's, %d products: %.3f%n",
        count, Math.exp(logSum(SHAPES, rounds) / count));
    double unused = logSum(APART, rounds);
  }

  private static double logSum(List<int[]> shapes, int rounds) {
    double sum = 0;
    for (int[] shape : shapes) {
      for (int variant = 0; variant < 3; variant++) {
        sum += Math.log(ratio(new Product(shape, variant == 2, variant == 1), rounds));
      }
    }
    return sum;
  }

  /** Median over the rounds of the quotient of times, so that drift of the machine cancels. */
  private static double ratio(Product product, int rounds) {
    Gemm portable = Numerics.PORTABLE.gemm();
    Gemm openBlas = NativeGemm.instance();
    for (int i = 0; i < WARM_UP_ROUNDS; i++) {
      product.seconds(portable);
      product.seconds(openBlas);
      product.secondsPacked();
    }
    double[] packed = new double[rounds];
    double[] java = new double[rounds];
    double[] blas = new double[rounds];
    double[] ratios = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      java[i] = product.seconds(portable);
      blas[i] = product.seconds(openBlas);
      packed[i] = product.secondsPacked();
      ratios[i] = java[i] / blas[i];
    }
    double ratio = median(ratios);
    System.out.printf(
        "%-20s %12.1f %12.1f %12.1f %8.2f%n",
        product,
        product.flops() / median(java) * 1e-9,
        product.flops() / median(packed) * 1e-9,
        product.flops() / median(blas) * 1e-9,
        ratio);
    return ratio;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /** One product on arrays of its own: plain, B transposed, or A transposed. */
  private static final class Product {
    private final int m;
    private final int k;
    private final int n;
    private final boolean transposeA;
    private final boolean transposeB;
    private final float[] a;
    private final float[] b;
    private final float[] c;
    private final PackedMatrix packed;

    Product(int[] shape, boolean transposeA, boolean transposeB) {
      this.m = shape[0];
      this.k = shape[1];
      this.n = shape[2];
      this.transposeA = transposeA;
      this.transposeB = transposeB;
      Random random = new Random(1);
      this.a = uniform(random, m * k);
      this.b = uniform(random, k * n);
      this.c = new float[m * n];
      Gemm gemm = Numerics.PORTABLE.gemm();
      this.packed = gemm.packed(k, n);
      gemm.pack(transposeB, b, 0, transposeB ? k : n, packed);
    }

    double flops() {
      return 2.0 * m * n * k;
    }

    /** Seconds a call, over a block of calls. */
    double seconds(Gemm gemm) {
      int lda = transposeA ? m : k;
      int ldb = transposeB ? k : n;
      return seconds(
          () -> gemm.multiply(transposeA, transposeB, m, n, k, a, 0, lda, b, 0, ldb, 0f, c, 0, n));
    }

    /** Likewise in plain Java with B packed before. */
    double secondsPacked() {
      Gemm gemm = Numerics.PORTABLE.gemm();
      int lda = transposeA ? m : k;
      return seconds(() -> gemm.multiplyPacked(transposeA, m, a, 0, lda, packed, 0f, c, 0, n));
    }

    private static double seconds(Runnable call) {
      int calls = 0;
      long start = System.nanoTime();
      long now = start;
      while (now - start < BLOCK_SECONDS * 1e9) {
        call.run();
        calls++;
        now = System.nanoTime();
      }
      return (now - start) * 1e-9 / calls;
    }

    private static float[] uniform(Random random, int size) {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = random.nextFloat() - 0.5f;
      }
      return values;
    }

    @Override
    public String toString() {
      return (transposeA ? "T" : "N") + (transposeB ? "T " : "N ") + m + "x" + k + "x" + n;
    }
  }
}
