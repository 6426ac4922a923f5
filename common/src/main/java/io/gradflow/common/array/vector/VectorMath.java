package io.gradflow.common.array.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The elementary functions of {@code FloatMath} on lanes: the same operations in the same order, so
 * the same bits. The functions that the Vector API offers itself differ between interpreted and
 * compiled code.
 *
 * <p>Written for the compiler, which must inline all of a function into its loop or box every
 * vector. Constants are vectors: broadcasts would exceed the number of nodes it inlines up to, and
 * those of ints are virtual calls once other widths have run. It does not inline a method that it
 * has compiled apart before, as it has where rows are short, if much code came of it, and code of
 * vectors is much: so tanh and sigmoid are loops without methods of ours. Methods are called on
 * values that begin with a constant, whose class is known even where a function is compiled alone
 * after other widths have run; -0 + x is x with a class.
 */
final class VectorMath {
  private static final FloatVector NEGATIVE_ZERO = Lanes.all(-0f);
  private static final FloatVector ZERO = Lanes.all(0f);
  private static final FloatVector HALF = Lanes.all(0.5f);
  private static final FloatVector MINUS_HALF = Lanes.all(-0.5f);
  private static final FloatVector ONE = Lanes.all(1f);
  private static final FloatVector TWO = Lanes.all(2f);
  private static final FloatVector INFINITY = Lanes.all(Float.POSITIVE_INFINITY);
  private static final FloatVector MINUS_INFINITY = Lanes.all(Float.NEGATIVE_INFINITY);
  private static final FloatVector NAN = Lanes.all(Float.NaN);

  private static final FloatVector ROUND = Lanes.all(12582912f);
  private static final IntVector ROUND_BITS = Lanes.allInts(0x4B400000);
  private static final IntVector EXPM1_BIAS = Lanes.allInts(0x4B400000 + 1 - 127);
  private static final FloatVector LOG2_E = Lanes.all(1.442695f);
  private static final FloatVector LN2_HIGH = Lanes.all(0.6931472f);
  private static final FloatVector MINUS_LN2_HIGH = Lanes.all(-0.6931472f);
  private static final FloatVector LN2_LOW = Lanes.all(-1.9046542E-9f);
  private static final FloatVector MINUS_LN2_LOW = Lanes.all(1.9046542E-9f);
  private static final FloatVector EXP_MAX = Lanes.all(89f);
  private static final FloatVector EXPM1_MIN = Lanes.all(-30f);
  private static final FloatVector E0 = HALF;
  private static final FloatVector E1 = Lanes.all(0.16666666f);
  private static final FloatVector E2 = Lanes.all(0.041666362f);
  private static final FloatVector E3 = Lanes.all(0.00833339f);
  private static final FloatVector E4 = Lanes.all(0.0013940618f);
  private static final FloatVector E5 = Lanes.all(0.00019845877f);

  private static final FloatVector TINY = Lanes.all(0x1p-25f);
  private static final FloatVector MIN_NORMAL = Lanes.all(Float.MIN_NORMAL);
  private static final FloatVector SUBNORMAL_SCALE = Lanes.all(0x1p23f);
  private static final FloatVector SUBNORMAL_EXPONENT = Lanes.all(23f);
  private static final IntVector SQRT_HALF_BITS = Lanes.allInts(0x3F3504F3);
  private static final FloatVector L0 = Lanes.all(0.3333333f);
  private static final FloatVector L1 = Lanes.all(-0.2500082f);
  private static final FloatVector L2 = Lanes.all(0.20001227f);
  private static final FloatVector L3 = Lanes.all(-0.16623357f);
  private static final FloatVector L4 = Lanes.all(0.14201757f);
  private static final FloatVector L5 = Lanes.all(-0.13160183f);
  private static final FloatVector L6 = Lanes.all(0.12761578f);
  private static final FloatVector L7 = Lanes.all(-0.076344974f);

  private static final FloatVector TANH_SMALL = Lanes.all(0.625f);
  private static final FloatVector T0 = Lanes.all(-0.3333328f);
  private static final FloatVector T1 = Lanes.all(0.13331442f);
  private static final FloatVector T2 = Lanes.all(-0.053739715f);
  private static final FloatVector T3 = Lanes.all(0.020639088f);
  private static final FloatVector T4 = Lanes.all(-0.005704987f);

  private VectorMath() {}

  static FloatVector expm1(FloatVector x) {
    FloatVector argument = NEGATIVE_ZERO.add(x);
    FloatVector clamped = argument.blend(EXP_MAX, argument.compare(VectorOperators.GT, EXP_MAX));
    clamped = clamped.blend(EXPM1_MIN, clamped.compare(VectorOperators.LT, EXPM1_MIN));
    FloatVector rounded = LOG2_E.fma(clamped, ROUND);
    FloatVector n = rounded.sub(ROUND);
    FloatVector r = MINUS_LN2_LOW.fma(n, MINUS_LN2_HIGH.fma(n, clamped));
    FloatVector q = E5.fma(r, E4).fma(r, E3).fma(r, E2).fma(r, E1).fma(r, E0);
    FloatVector reduced = r.mul(r).fma(q, r);
    IntVector exponent = rounded.reinterpretAsInts().sub(EXPM1_BIAS);
    FloatVector scale = exponent.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    FloatVector result = scale.fma(reduced, scale.sub(HALF)).mul(TWO);
    return result.blend(argument, argument.abs().compare(VectorOperators.LT, TINY));
  }

  /** log(1 + x) for x in [0, 1]: none of the special cases of the general function. */
  private static FloatVector log1pOfFraction(FloatVector x) {
    FloatVector argument = NEGATIVE_ZERO.add(x);
    FloatVector sum = ONE.add(argument);
    FloatVector correction = argument.sub(sum.sub(ONE)).div(sum);
    IntVector bits = sum.reinterpretAsInts();
    IntVector exponent = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
    IntVector mantissa = bits.sub(exponent.lanewise(VectorOperators.LSHL, 23));
    FloatVector f = mantissa.reinterpretAsFloats().sub(ONE);
    FloatVector n = exponent.add(ROUND_BITS).reinterpretAsFloats().sub(ROUND);
    FloatVector p = L7.fma(f, L6).fma(f, L5).fma(f, L4).fma(f, L3).fma(f, L2).fma(f, L1);
    p = p.fma(f, L0);
    FloatVector square = f.mul(f);
    FloatVector rest = square.mul(f).fma(p, LN2_LOW.fma(n, correction));
    FloatVector result = LN2_HIGH.fma(n, f.add(MINUS_HALF.fma(square, rest)));
    return result.blend(argument, argument.compare(VectorOperators.LT, TINY));
  }

  /**
   * e = tanh(x) or 1 / (1 + e^-x) for n floats, whole vectors.
   *
   * <p>Two loops in one method, because that makes it too long to be inlined: within a large
   * caller, as the cells of recurrent networks are with five of them, the compiler runs out of
   * nodes in one of the loops and boxes what that stores.
   *
   * @param tanh or else sigmoid
   * @param e exp(2 |x|) for tanh, exp(-|x|) for sigmoid from index 0 on, overwritten
   */
  static void squash(boolean tanh, int n, float[] x, int xo, float[] e) {
    for (int i = 0; tanh && i < n; i += Lanes.COUNT) {
      FloatVector argument = NEGATIVE_ZERO.add(Lanes.load(x, xo + i));
      FloatVector square = argument.mul(argument);
      FloatVector p = T4.fma(square, T3).fma(square, T2).fma(square, T1).fma(square, T0);
      FloatVector small = p.mul(square).fma(argument, argument);
      FloatVector large = ONE.sub(TWO.div(ONE.add(Lanes.load(e, i))));
      VectorMask<Float> isSmall = argument.abs().compare(VectorOperators.LT, TANH_SMALL);
      FloatVector signed = large.blend(large.neg(), argument.compare(VectorOperators.LT, ZERO));
      // -0, whose sign the polynomial loses, is its own image.
      FloatVector exact = small.blend(argument, argument.compare(VectorOperators.EQ, ZERO));
      Lanes.store(signed.blend(exact, isSmall), e, i);
    }
    for (int i = 0; !tanh && i < n; i += Lanes.COUNT) {
      FloatVector power = NEGATIVE_ZERO.add(Lanes.load(e, i));
      FloatVector argument = NEGATIVE_ZERO.add(Lanes.load(x, xo + i));
      FloatVector numerator = ONE.blend(power, argument.compare(VectorOperators.LT, ZERO));
      FloatVector sum = ONE.add(power);
      FloatVector lost = power.sub(sum.sub(ONE));
      FloatVector reciprocal = ONE.div(sum);
      FloatVector quotient = numerator.mul(reciprocal);
      FloatVector minus = quotient.neg();
      FloatVector remainder = minus.fma(lost, minus.fma(sum, numerator));
      Lanes.store(remainder.fma(reciprocal, quotient), e, i);
    }
  }

  /**
   * log(1 + e^x).
   *
   * @param e exp(-|x|)
   */
  static FloatVector softplus(FloatVector x, FloatVector e) {
    FloatVector argument = NEGATIVE_ZERO.add(x);
    FloatVector positive = argument.blend(ZERO, argument.compare(VectorOperators.LT, ZERO));
    return positive.add(log1pOfFraction(e));
  }

  static FloatVector log(FloatVector argument) {
    FloatVector x = NEGATIVE_ZERO.add(argument);
    VectorMask<Float> subnormal = x.compare(VectorOperators.LT, MIN_NORMAL);
    IntVector bits = x.blend(x.mul(SUBNORMAL_SCALE), subnormal).reinterpretAsInts();
    IntVector exponent = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
    IntVector mantissa = bits.sub(exponent.lanewise(VectorOperators.LSHL, 23));
    FloatVector f = mantissa.reinterpretAsFloats().sub(ONE);
    FloatVector shifted = exponent.add(ROUND_BITS).reinterpretAsFloats().sub(ROUND);
    FloatVector n = shifted.sub(ZERO.blend(SUBNORMAL_EXPONENT, subnormal));
    FloatVector p = L7.fma(f, L6).fma(f, L5).fma(f, L4).fma(f, L3).fma(f, L2).fma(f, L1);
    p = p.fma(f, L0);
    FloatVector square = f.mul(f);
    FloatVector rest = square.mul(f).fma(p, LN2_LOW.fma(n, ZERO));
    FloatVector result = LN2_HIGH.fma(n, f.add(MINUS_HALF.fma(square, rest)));
    result = result.blend(INFINITY, x.compare(VectorOperators.EQ, INFINITY));
    result = result.blend(MINUS_INFINITY, x.compare(VectorOperators.EQ, ZERO));
    return NAN.blend(result, x.compare(VectorOperators.GE, ZERO));
  }
}
