package io.gradflow.common.array.vector;

import static io.gradflow.common.array.vector.Lanes.FLOATS;
import static io.gradflow.common.array.vector.Lanes.TYPE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * erf(x / sqrt(2)) of {@code FloatMath}, bit for bit, over a chunk of scratch: {@link #exponents},
 * then {@link Exponentials}, then {@link #finish}.
 */
final class ErrorFunction {
  private static final FloatVector SQRT_HALF = Lanes.constant(0.70710677f);
  private static final FloatVector ONE = Lanes.constant(1f);
  private static final FloatVector SMALL = Lanes.constant(0.9277344f);
  private static final FloatVector MAX = Lanes.constant(4f);
  private static final FloatVector S0 = Lanes.constant(0.12837915f);
  private static final FloatVector S1 = Lanes.constant(-0.3761248f);
  private static final FloatVector S2 = Lanes.constant(0.112816826f);
  private static final FloatVector S3 = Lanes.constant(-0.02676172f);
  private static final FloatVector S4 = Lanes.constant(0.0049859406f);
  private static final FloatVector S5 = Lanes.constant(-0.0005953742f);
  private static final FloatVector B0 = Lanes.constant(0.12864849f);
  private static final FloatVector B1 = Lanes.constant(0.6351513f);
  private static final FloatVector B2 = Lanes.constant(0.106236875f);
  private static final FloatVector B3 = Lanes.constant(-0.02376206f);
  private static final FloatVector B4 = Lanes.constant(0.0036424578f);
  private static final FloatVector B5 = Lanes.constant(-0.00032280356f);
  private static final FloatVector B6 = Lanes.constant(1.1231274e-5f);
  private static final IntVector SIGN_BIT = Lanes.constant(0x80000000);
  private static final IntVector ALL_BUT_SIGN = Lanes.constant(0x7FFFFFFF);

  private ErrorFunction() {}

  /**
   * e = log(erfc(|z|)) = -(t + t q(t)), z = x / sqrt(2), t = min(|z|, 4), for n floats, whole
   * vectors.
   */
  static void exponents(int n, float[] x, int xo, float[] e) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector magnitude = FloatVector.fromArray(FLOATS, x, xo + i).mul(SQRT_HALF).abs();
      FloatVector t = magnitude.blend(MAX, magnitude.compare(VectorOperators.GT, MAX));
      FloatVector q = B6.fma(t, B5).fma(t, B4).fma(t, B3).fma(t, B2).fma(t, B1).fma(t, B0);
      TYPE.cast(q.fma(t, t).neg()).intoArray(e, i);
    }
  }

  /** e = erf(x / sqrt(2)) where e holds the exponentials of {@link #exponents}. */
  static void finish(int n, float[] x, int xo, float[] e) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector z = FloatVector.fromArray(FLOATS, x, xo + i).mul(SQRT_HALF);
      FloatVector square = z.mul(z);
      FloatVector p = S5.fma(square, S4).fma(square, S3).fma(square, S2).fma(square, S1);
      FloatVector small = p.fma(square, S0).fma(z, z);
      VectorMask<Float> isSmall = z.abs().compare(VectorOperators.LT, SMALL);
      FloatVector erf = ONE.sub(FloatVector.fromArray(FLOATS, e, i)).blend(small, isSmall);
      IntVector sign = z.reinterpretAsInts().and(SIGN_BIT);
      IntVector signed = erf.reinterpretAsInts().and(ALL_BUT_SIGN).or(sign);
      TYPE.cast(signed.reinterpretAsFloats()).intoArray(e, i);
    }
  }
}
