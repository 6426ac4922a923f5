package io.gradflow.common.array.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The exponential of {@code FloatMath}, bit for bit, into a chunk of scratch. */
final class Exponentials {
  /** Floats of a chunk: what waits in the L1 cache between two loops. */
  static final int CHUNK = 1024;

  /** exponent(x) = x - shift. */
  static final int SHIFTED = 0;

  /** exponent(x) = -|x|. */
  static final int MINUS_MAGNITUDE = 1;

  /** exponent(x) = 2 |x|. */
  static final int DOUBLE_MAGNITUDE = 2;

  /** exponent(x) = -x^2 / 2. */
  static final int MINUS_HALF_SQUARE = 3;

  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final FloatVector NEGATIVE_ZERO = Lanes.all(-0f);
  private static final FloatVector MINUS_HALF = Lanes.all(-0.5f);
  private static final FloatVector TWO = Lanes.all(2f);
  private static final FloatVector ONE = Lanes.all(1f);
  private static final FloatVector MAX = Lanes.all(89f);
  private static final FloatVector MIN = Lanes.all(-104f);
  private static final FloatVector ROUND = Lanes.all(12582912f);
  private static final IntVector ROUND_BITS = Lanes.allInts(0x4B400000);
  private static final IntVector BIAS = Lanes.allInts(127);
  private static final FloatVector LOG2_E = Lanes.all(1.442695f);
  private static final FloatVector MINUS_LN2_HIGH = Lanes.all(-0.6931472f);
  private static final FloatVector MINUS_LN2_LOW = Lanes.all(1.9046542E-9f);
  private static final FloatVector HALF = Lanes.all(0.5f);
  private static final FloatVector E1 = Lanes.all(0.16666666f);
  private static final FloatVector E2 = Lanes.all(0.041666362f);
  private static final FloatVector E3 = Lanes.all(0.00833339f);
  private static final FloatVector E4 = Lanes.all(0.0013940618f);
  private static final FloatVector E5 = Lanes.all(0.00019845877f);

  private static final ThreadLocal<float[]> SCRATCH =
      ThreadLocal.withInitial(() -> new float[2 * CHUNK]);

  private Exponentials() {}

  /** This thread's two chunks. */
  static float[] scratch() {
    return SCRATCH.get();
  }

  /**
   * e = exp(exponent(x)) for n floats, whole vectors, at most a chunk.
   *
   * <p>One large method without calls of our own, on purpose: it is too large for the compiler to
   * inline beside the loop that uses the exponentials. The two together would exceed the nodes that
   * it inlines up to, and then every vector is boxed, ten times slower.
   *
   * @param shift what {@link #SHIFTED} subtracts
   */
  static void compute(int exponent, int n, float shift, float[] x, int xo, float[] e) {
    if (exponent == SHIFTED) {
      FloatVector shifts = FloatVector.broadcast(S, shift);
      for (int i = 0; i < n; i += Lanes.COUNT) {
        FloatVector v = FloatVector.fromArray(S, x, xo + i);
        NEGATIVE_ZERO.add(v.sub(shifts)).intoArray(e, i);
      }
    } else if (exponent == MINUS_MAGNITUDE) {
      for (int i = 0; i < n; i += Lanes.COUNT) {
        FloatVector v = FloatVector.fromArray(S, x, xo + i);
        NEGATIVE_ZERO.add(v.abs().neg()).intoArray(e, i);
      }
    } else if (exponent == DOUBLE_MAGNITUDE) {
      for (int i = 0; i < n; i += Lanes.COUNT) {
        FloatVector v = FloatVector.fromArray(S, x, xo + i);
        NEGATIVE_ZERO.add(TWO.mul(v.abs())).intoArray(e, i);
      }
    } else {
      for (int i = 0; i < n; i += Lanes.COUNT) {
        FloatVector v = FloatVector.fromArray(S, x, xo + i);
        NEGATIVE_ZERO.add(MINUS_HALF.mul(v).mul(v)).intoArray(e, i);
      }
    }
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(S, e, i);
      v = v.blend(MAX, v.compare(VectorOperators.GT, MAX));
      v = v.blend(MIN, v.compare(VectorOperators.LT, MIN));
      FloatVector rounded = LOG2_E.fma(v, ROUND);
      FloatVector multiple = rounded.sub(ROUND);
      FloatVector r = MINUS_LN2_LOW.fma(multiple, MINUS_LN2_HIGH.fma(multiple, v));
      FloatVector q = E5.fma(r, E4).fma(r, E3).fma(r, E2).fma(r, E1).fma(r, HALF);
      FloatVector power = r.mul(r).fma(q, r).add(ONE);
      // In two factors: 2^n alone would overflow or lose bits for subnormal results.
      IntVector exponents = rounded.reinterpretAsInts().sub(ROUND_BITS);
      IntVector half = exponents.lanewise(VectorOperators.ASHR, 1);
      IntVector rest = exponents.sub(half).add(BIAS).lanewise(VectorOperators.LSHL, 23);
      half = half.add(BIAS).lanewise(VectorOperators.LSHL, 23);
      power = power.mul(half.reinterpretAsFloats()).mul(rest.reinterpretAsFloats());
      NEGATIVE_ZERO.add(power).intoArray(e, i);
    }
  }
}
