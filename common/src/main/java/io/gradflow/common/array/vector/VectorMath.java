package io.gradflow.common.array.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The elementary functions of {@code FloatMath} on lanes: the same operations in the same order, so
 * the same bits. The functions that the Vector API offers itself differ between interpreted and
 * compiled code.
 */
final class VectorMath {
  private static final float ROUND = 12582912f;
  private static final int ROUND_BITS = 0x4B400000;
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6931472f;
  private static final float LN2_LOW = -1.9046542E-9f;
  private static final float EXP_MAX = 89f;
  private static final float EXP_MIN = -104f;
  private static final float EXPM1_MIN = -30f;
  private static final int SQRT_HALF_BITS = 0x3F3504F3;
  private static final float TANH_SMALL = 0.625f;
  private static final float ERF_SMALL = 0.9277344f;
  private static final float TINY = 0x1p-25f;
  private static final int SIGN_BIT = 0x80000000;

  private VectorMath() {}

  static FloatVector exp(FloatVector x) {
    FloatVector clamped = clampExponent(x, EXP_MIN);
    FloatVector rounded = clamped.fma(Lanes.all(LOG2_E), Lanes.all(ROUND));
    FloatVector power = expm1Reduced(clamped, rounded).add(1f);
    IntVector n = rounded.reinterpretAsInts().sub(ROUND_BITS);
    IntVector half = n.lanewise(VectorOperators.ASHR, 1);
    return power.mul(powerOfTwo(half)).mul(powerOfTwo(n.sub(half)));
  }

  static FloatVector expm1(FloatVector x) {
    FloatVector clamped = clampExponent(x, EXPM1_MIN);
    FloatVector rounded = clamped.fma(Lanes.all(LOG2_E), Lanes.all(ROUND));
    FloatVector reduced = expm1Reduced(clamped, rounded);
    FloatVector scale = powerOfTwo(rounded.reinterpretAsInts().sub(ROUND_BITS + 1));
    FloatVector result = scale.fma(reduced, scale.sub(0.5f)).mul(2f);
    return result.blend(x, x.abs().compare(VectorOperators.LT, TINY));
  }

  static FloatVector log(FloatVector x) {
    return logarithm(x, Lanes.all(0f));
  }

  static FloatVector log1p(FloatVector x) {
    FloatVector sum = x.add(1f);
    FloatVector lostOfX = x.sub(sum.sub(1f));
    FloatVector lostOfOne = Lanes.all(1f).sub(sum.sub(x));
    FloatVector lost = lostOfX.blend(lostOfOne, x.compare(VectorOperators.GE, 1f));
    FloatVector result = logarithm(sum, lost.div(sum));
    return result.blend(x, x.abs().compare(VectorOperators.LT, TINY));
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector magnitude = x.abs();
    FloatVector square = x.mul(x);
    FloatVector p = Lanes.all(-0.005704987f);
    p = square.fma(p, Lanes.all(0.020639088f));
    p = square.fma(p, Lanes.all(-0.053739715f));
    p = square.fma(p, Lanes.all(0.13331442f));
    p = square.fma(p, Lanes.all(-0.3333328f));
    FloatVector small = square.mul(p).fma(x, x);
    FloatVector e = exp(magnitude.add(magnitude)).add(1f);
    FloatVector large = Lanes.all(1f).sub(Lanes.all(2f).div(e));
    return copySign(large.blend(small, magnitude.compare(VectorOperators.LT, TANH_SMALL)), x);
  }

  static FloatVector sigmoid(FloatVector x) {
    FloatVector e = exp(x.abs().neg());
    FloatVector one = Lanes.all(1f);
    FloatVector numerator = one.blend(e, x.compare(VectorOperators.LT, 0f));
    FloatVector sum = e.add(1f);
    FloatVector lost = e.sub(sum.sub(1f));
    FloatVector reciprocal = one.div(sum);
    FloatVector quotient = numerator.mul(reciprocal);
    FloatVector minus = quotient.neg();
    FloatVector remainder = minus.fma(lost, minus.fma(sum, numerator));
    return remainder.fma(reciprocal, quotient);
  }

  static FloatVector softplus(FloatVector x) {
    FloatVector zero = Lanes.all(0f);
    FloatVector positive = x.blend(zero, x.compare(VectorOperators.LT, 0f));
    return positive.add(log1p(exp(x.abs().neg())));
  }

  static FloatVector erf(FloatVector x) {
    FloatVector magnitude = x.abs();
    FloatVector square = x.mul(x);
    FloatVector p = Lanes.all(-0.0005953742f);
    p = square.fma(p, Lanes.all(0.0049859406f));
    p = square.fma(p, Lanes.all(-0.02676172f));
    p = square.fma(p, Lanes.all(0.112816826f));
    p = square.fma(p, Lanes.all(-0.3761248f));
    p = square.fma(p, Lanes.all(0.12837915f));
    FloatVector small = x.fma(p, x);
    FloatVector t = magnitude.blend(4f, magnitude.compare(VectorOperators.GT, 4f));
    FloatVector q = Lanes.all(1.1231274e-5f);
    q = t.fma(q, Lanes.all(-0.00032280356f));
    q = t.fma(q, Lanes.all(0.0036424578f));
    q = t.fma(q, Lanes.all(-0.02376206f));
    q = t.fma(q, Lanes.all(0.106236875f));
    q = t.fma(q, Lanes.all(0.6351513f));
    q = t.fma(q, Lanes.all(0.12864849f));
    FloatVector large = Lanes.all(1f).sub(exp(t.fma(q, t).neg()));
    return copySign(large.blend(small, magnitude.compare(VectorOperators.LT, ERF_SMALL)), x);
  }

  private static FloatVector clampExponent(FloatVector x, float min) {
    FloatVector capped = x.blend(EXP_MAX, x.compare(VectorOperators.GT, EXP_MAX));
    return capped.blend(min, x.compare(VectorOperators.LT, min));
  }

  /** e^r - 1 of the reduced argument r = x - n ln 2, where {@code rounded} is n + ROUND. */
  private static FloatVector expm1Reduced(FloatVector x, FloatVector rounded) {
    FloatVector n = rounded.sub(ROUND);
    FloatVector r = n.fma(Lanes.all(-LN2_LOW), n.fma(Lanes.all(-LN2_HIGH), x));
    FloatVector q = Lanes.all(0.00019845877f);
    q = r.fma(q, Lanes.all(0.0013940618f));
    q = r.fma(q, Lanes.all(0.00833339f));
    q = r.fma(q, Lanes.all(0.041666362f));
    q = r.fma(q, Lanes.all(0.16666666f));
    q = r.fma(q, Lanes.all(0.5f));
    return r.mul(r).fma(q, r);
  }

  private static FloatVector logarithm(FloatVector x, FloatVector correction) {
    VectorMask<Float> subnormal = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
    FloatVector zero = Lanes.all(0f);
    IntVector bits = x.blend(x.mul(0x1p23f), subnormal).reinterpretAsInts();
    IntVector exponent = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
    FloatVector f =
        bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(1f);
    FloatVector shifted = exponent.add(ROUND_BITS).reinterpretAsFloats().sub(ROUND);
    FloatVector n = shifted.sub(zero.blend(23f, subnormal));
    FloatVector p = Lanes.all(-0.076344974f);
    p = f.fma(p, Lanes.all(0.12761578f));
    p = f.fma(p, Lanes.all(-0.13160183f));
    p = f.fma(p, Lanes.all(0.14201757f));
    p = f.fma(p, Lanes.all(-0.16623357f));
    p = f.fma(p, Lanes.all(0.20001227f));
    p = f.fma(p, Lanes.all(-0.2500082f));
    p = f.fma(p, Lanes.all(0.3333333f));
    FloatVector square = f.mul(f);
    FloatVector rest = square.mul(f).fma(p, n.fma(Lanes.all(LN2_LOW), correction));
    FloatVector tail = square.fma(Lanes.all(-0.5f), rest);
    FloatVector result = n.fma(Lanes.all(LN2_HIGH), f.add(tail));
    result = result.blend(x, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
    result = result.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f));
    return Lanes.all(Float.NaN).blend(result, x.compare(VectorOperators.GE, 0f));
  }

  private static FloatVector powerOfTwo(IntVector n) {
    return n.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  private static FloatVector copySign(FloatVector magnitude, FloatVector sign) {
    IntVector bits = sign.reinterpretAsInts().and(SIGN_BIT);
    return magnitude.reinterpretAsInts().and(~SIGN_BIT).or(bits).reinterpretAsFloats();
  }
}
