package io.gradflow.common.array.vector;

import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Stands in for other users of the Vector API in one JVM: runs its entry points with vectors of all
 * widths, so that the compiler sees several classes behind every virtual call.
 */
public final class OtherWidths {
  private static final int SIZE = 4096;

  private static final List<VectorSpecies<Float>> SPECIES =
      List.of(FloatVector.SPECIES_128, FloatVector.SPECIES_256, FloatVector.SPECIES_512);

  private OtherWidths() {}

  /** Runs each width {@code rounds} times in turn; returns a number that depends on all of it. */
  public static float run(int rounds) {
    float[] a = new float[SIZE];
    float[] b = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      a[i] = i % 13;
    }
    for (int round = 0; round < rounds; round++) {
      for (VectorSpecies<Float> species : SPECIES) {
        sweep(species, a, b);
      }
    }
    return b[0];
  }

  private static void sweep(VectorSpecies<Float> species, float[] a, float[] b) {
    FloatVector sum = FloatVector.zero(species);
    for (int i = 0; i < SIZE; i += species.length()) {
      FloatVector x = FloatVector.fromArray(species, a, i);
      FloatVector y = FloatVector.broadcast(species, a[i]);
      sum = sum.add(x).fma(y, x).mul(0.001f).max(x);
      sum = sum.blend(y, sum.compare(VectorOperators.GT, 1e6f)).sub(x).div(y.add(1f)).abs().neg();
      sum.reinterpretAsInts()
          .add(1)
          .lanewise(VectorOperators.ASHR, 1)
          .reinterpretAsFloats()
          .intoArray(b, i);
      sum.intoArray(b, i);
    }
    sum.add(sum).intoArray(b, 0);
  }
}
