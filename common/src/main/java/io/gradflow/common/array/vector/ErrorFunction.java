package io.gradflow.common.array.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * erf(x / sqrt(2)) of {@code FloatMath}, bit for bit, over a chunk of scratch: {@link #exponents},
 * then {@link Exponentials}, then {@link #finish}.
 *
 * <p>Loops without calls of our own: where the compiler deems a loop too cold to inline them, a
 * vector that crosses such a call is boxed. The Vector API's own methods are always inlined.
 */
final class ErrorFunction {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;

  /** Receiver of stores, as in {@link Lanes#store}. */
  private static final FloatVector NEGATIVE_ZERO = Lanes.all(-0f);

  private static final FloatVector SQRT_HALF = Lanes.all(0.70710677f);
  private static final FloatVector ONE = Lanes.all(1f);
  private static final FloatVector SMALL = Lanes.all(0.9277344f);
  private static final FloatVector MAX = Lanes.all(4f);
  private static final FloatVector S0 = Lanes.all(0.12837915f);
  private static final FloatVector S1 = Lanes.all(-0.3761248f);
  private static final FloatVector S2 = Lanes.all(0.112816826f);
  private static final FloatVector S3 = Lanes.all(-0.02676172f);
  private static final FloatVector S4 = Lanes.all(0.0049859406f);
  private static final FloatVector S5 = Lanes.all(-0.0005953742f);
  private static final FloatVector B0 = Lanes.all(0.12864849f);
  private static final FloatVector B1 = Lanes.all(0.6351513f);
  private static final FloatVector B2 = Lanes.all(0.106236875f);
  private static final FloatVector B3 = Lanes.all(-0.02376206f);
  private static final FloatVector B4 = Lanes.all(0.0036424578f);
  private static final FloatVector B5 = Lanes.all(-0.00032280356f);
  private static final FloatVector B6 = Lanes.all(1.1231274e-5f);
  private static final IntVector SIGN_BIT = Lanes.allInts(0x80000000);
  private static final IntVector ALL_BUT_SIGN = Lanes.allInts(0x7FFFFFFF);

  private ErrorFunction() {}

  /**
   * e = log(erfc(|z|)) = -(t + t q(t)), z = x / sqrt(2), t = min(|z|, 4), for n floats, whole
   * vectors.
   */
  static void exponents(int n, float[] x, int xo, float[] e) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector magnitude = FloatVector.fromArray(S, x, xo + i).mul(SQRT_HALF).abs();
      FloatVector t = magnitude.blend(MAX, magnitude.compare(VectorOperators.GT, MAX));
      FloatVector q = B6.fma(t, B5).fma(t, B4).fma(t, B3).fma(t, B2).fma(t, B1).fma(t, B0);
      NEGATIVE_ZERO.add(q.fma(t, t).neg()).intoArray(e, i);
    }
  }

  /** e = erf(x / sqrt(2)) where e holds the exponentials of {@link #exponents}. */
  static void finish(int n, float[] x, int xo, float[] e) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector z = FloatVector.fromArray(S, x, xo + i).mul(SQRT_HALF);
      FloatVector square = z.mul(z);
      FloatVector p = S5.fma(square, S4).fma(square, S3).fma(square, S2).fma(square, S1);
      FloatVector small = p.fma(square, S0).fma(z, z);
      VectorMask<Float> isSmall = z.abs().compare(VectorOperators.LT, SMALL);
      FloatVector erf = ONE.sub(FloatVector.fromArray(S, e, i)).blend(small, isSmall);
      IntVector sign = z.reinterpretAsInts().and(SIGN_BIT);
      IntVector signed = erf.reinterpretAsInts().and(ALL_BUT_SIGN).or(sign);
      NEGATIVE_ZERO.add(signed.reinterpretAsFloats()).intoArray(e, i);
    }
  }
}
