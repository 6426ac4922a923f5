package io.gradflow.common.array.vector;

import static io.gradflow.common.array.vector.Lanes.FLOATS;
import static io.gradflow.common.array.vector.Lanes.TYPE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

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

  private static final FloatVector MINUS_HALF = Lanes.constant(-0.5f);
  private static final FloatVector TWO = Lanes.constant(2f);
  private static final FloatVector ONE = Lanes.constant(1f);
  private static final FloatVector MAX = Lanes.constant(89f);
  private static final FloatVector MIN = Lanes.constant(-104f);
  private static final FloatVector ROUND = Lanes.constant(12582912f);
  private static final IntVector ROUND_BITS = Lanes.constant(0x4B400000);
  private static final IntVector BIAS = Lanes.constant(127);
  private static final FloatVector LOG2_E = Lanes.constant(1.442695f);
  private static final FloatVector MINUS_LN2_HIGH = Lanes.constant(-0.6931472f);
  private static final FloatVector MINUS_LN2_LOW = Lanes.constant(1.9046542E-9f);
  private static final FloatVector HALF = Lanes.constant(0.5f);
  private static final FloatVector E1 = Lanes.constant(0.16666666f);
  private static final FloatVector E2 = Lanes.constant(0.041666362f);
  private static final FloatVector E3 = Lanes.constant(0.00833339f);
  private static final FloatVector E4 = Lanes.constant(0.0013940618f);
  private static final FloatVector E5 = Lanes.constant(0.00019845877f);

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
   * <p>One large method, on purpose: it is too large for the compiler to inline beside the loop
   * that uses the exponentials.
   *
   * @param shift what {@link #SHIFTED} subtracts
   */
  static void compute(int exponent, int n, float shift, float[] x, int xo, float[] e) {
    if (exponent == SHIFTED) {
      FloatVector shifts = FloatVector.broadcast(FLOATS, shift);
      for (int i = 0; i < n; i += Lanes.COUNT) {
        FloatVector v = FloatVector.fromArray(FLOATS, x, xo + i);
        TYPE.cast(v.sub(shifts)).intoArray(e, i);
      }
    } else if (exponent == MINUS_MAGNITUDE) {
      for (int i = 0; i < n; i += Lanes.COUNT) {
        FloatVector v = FloatVector.fromArray(FLOATS, x, xo + i);
        TYPE.cast(v.abs().neg()).intoArray(e, i);
      }
    } else if (exponent == DOUBLE_MAGNITUDE) {
      for (int i = 0; i < n; i += Lanes.COUNT) {
        FloatVector v = FloatVector.fromArray(FLOATS, x, xo + i);
        TYPE.cast(TWO.mul(v.abs())).intoArray(e, i);
      }
    } else {
      for (int i = 0; i < n; i += Lanes.COUNT) {
        FloatVector v = FloatVector.fromArray(FLOATS, x, xo + i);
        TYPE.cast(MINUS_HALF.mul(v).mul(v)).intoArray(e, i);
      }
    }
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(FLOATS, e, i);
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
      TYPE.cast(power).intoArray(e, i);
    }
  }
}
