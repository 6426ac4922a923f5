package io.gradflow.common.array;

import io.gradflow.common.array.vector.OtherWidths;
import io.gradflow.testkit.SettledAllocation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Fails if a product or a kernel allocates once compiled, also after vectors of other widths have
 * run in the JVM. Prints what still allocates, with bytes a call. A box in a loop would show as
 * kilobytes.
 */
final class AllocationCheck {
  private AllocationCheck() {}

  public static void main(String[] args) {
    OtherWidths.run(300);
    Map<String, Runnable> calls = calls();
    List<String> faults = check(calls);
    OtherWidths.run(300);
    faults.addAll(check(calls));
    System.out.println(
        VectorSupport.description() + ": " + calls.size() + " calls, " + faults.size() + " faults");
    faults.forEach(System.out::println);
    System.exit(faults.isEmpty() ? 0 : 1);
  }

  private static Map<String, Runnable> calls() {
    Map<String, Runnable> calls = new LinkedHashMap<>();
    int[][] shapes = {
      {1, 256, 1024},
      {2, 256, 1024},
      {4, 256, 1024},
      {3, 256, 10},
      {6, 100, 7},
      {7, 256, 10},
      {13, 100, 5},
      {7, 256, 50},
      {32, 256, 1024},
      {16, 256, 1024},
      {33, 300, 70},
      {128, 300, 256}
    };
    for (int[] shape : shapes) {
      for (int variant = 0; variant < 4; variant++) {
        boolean transposeA = (variant & 1) != 0;
        boolean transposeB = (variant & 2) != 0;
        String name =
            (transposeA ? "T" : "N")
                + (transposeB ? "T " : "N ")
                + shape[0]
                + "x"
                + shape[1]
                + "x"
                + shape[2];
        calls.put(name, product(shape[0], shape[1], shape[2], transposeA, transposeB, false));
        if (!transposeB) {
          calls.put(
              name + " packed", product(shape[0], shape[1], shape[2], transposeA, false, true));
        }
      }
    }
    Random random = new Random(3);
    KernelCases.all()
        .forEach(
            (name, kernel) -> {
              KernelCases.Data data = new KernelCases.Data(16, 130);
              data.fill(random, false);
              calls.put(name, () -> kernel.run(data));
            });
    return calls;
  }

  private static Runnable product(
      int m, int k, int n, boolean transposeA, boolean transposeB, boolean prepacked) {
    Gemm gemm = Numerics.PORTABLE.gemm();
    float[] a = new float[m * k];
    float[] b = new float[k * n];
    float[] c = new float[m * n];
    int lda = transposeA ? m : k;
    int ldb = transposeB ? k : n;
    if (!prepacked) {
      return () ->
          gemm.multiply(transposeA, transposeB, m, n, k, a, 0, lda, b, 0, ldb, 1f, c, 0, n);
    }
    PackedMatrix packed = gemm.packed(k, n);
    return () -> {
      gemm.pack(false, b, 0, n, packed);
      gemm.multiplyPacked(transposeA, m, a, 0, lda, packed, 1f, c, 0, n);
    };
  }

  private static List<String> check(Map<String, Runnable> calls) {
    List<String> faults = new ArrayList<>();
    calls.forEach(
        (name, call) -> {
          long bytes = SettledAllocation.bytes(0, 10, call);
          if (bytes > 0) {
            faults.add(name + ": " + bytes / 10 + " bytes a call");
          }
        });
    return faults;
  }
}
