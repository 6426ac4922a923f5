package io.gradflow.common.array;

import java.util.Arrays;

/** The sixteen partial sums of a reduction, one set a thread, and the order they are added in. */
final class PartialSums {
  private static final ThreadLocal<float[]> PARTIAL =
      ThreadLocal.withInitial(() -> new float[ArrayKernels.PARTIAL_SUMS]);

  private PartialSums() {}

  /** This thread's partial sums, all 0; valid until the next call on this thread. */
  static float[] zeroed() {
    float[] partial = PARTIAL.get();
    Arrays.fill(partial, 0, ArrayKernels.PARTIAL_SUMS, 0f);
    return partial;
  }

  /** Adds up pairwise at distance 8, 4, 2, 1. Destroys the partial sums. */
  static float combine(float[] partial) {
    for (int distance = ArrayKernels.PARTIAL_SUMS / 2; distance > 0; distance /= 2) {
      for (int i = 0; i < distance; i++) {
        partial[i] += partial[i + distance];
      }
    }
    return partial[0];
  }
}
