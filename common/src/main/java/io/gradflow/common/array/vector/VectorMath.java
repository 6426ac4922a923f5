package io.gradflow.common.array.vector;

import static io.gradflow.common.array.vector.Lanes.FLOATS;
import static io.gradflow.common.array.vector.Lanes.TYPE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The elementary functions of {@code FloatMath} on whole vectors of floats: the same operations in
 * the same order, so the same bits. The functions that the Vector API offers itself differ between
 * interpreted and compiled code. Exponentials come from {@link Exponentials}.
 */
final class VectorMath {
  private static final FloatVector ZERO = Lanes.constant(0f);
  private static final FloatVector HALF = Lanes.constant(0.5f);
  private static final FloatVector MINUS_HALF = Lanes.constant(-0.5f);
  private static final FloatVector ONE = Lanes.constant(1f);
  private static final FloatVector TWO = Lanes.constant(2f);
  private static final FloatVector INFINITY = Lanes.constant(Float.POSITIVE_INFINITY);
  private static final FloatVector MINUS_INFINITY = Lanes.constant(Float.NEGATIVE_INFINITY);
  private static final FloatVector NAN = Lanes.constant(Float.NaN);

  private static final FloatVector ROUND = Lanes.constant(12582912f);
  private static final IntVector ROUND_BITS = Lanes.constant(0x4B400000);
  private static final IntVector EXPM1_BIAS = Lanes.constant(0x4B400000 + 1 - 127);
  private static final FloatVector LOG2_E = Lanes.constant(1.442695f);
  private static final FloatVector LN2_HIGH = Lanes.constant(0.6931472f);
  private static final FloatVector MINUS_LN2_HIGH = Lanes.constant(-0.6931472f);
  private static final FloatVector LN2_LOW = Lanes.constant(-1.9046542E-9f);
  private static final FloatVector MINUS_LN2_LOW = Lanes.constant(1.9046542E-9f);
  private static final FloatVector EXP_MAX = Lanes.constant(89f);
  private static final FloatVector EXPM1_MIN = Lanes.constant(-30f);
  private static final FloatVector E0 = HALF;
  private static final FloatVector E1 = Lanes.constant(0.16666666f);
  private static final FloatVector E2 = Lanes.constant(0.041666362f);
  private static final FloatVector E3 = Lanes.constant(0.00833339f);
  private static final FloatVector E4 = Lanes.constant(0.0013940618f);
  private static final FloatVector E5 = Lanes.constant(0.00019845877f);

  private static final FloatVector TINY = Lanes.constant(0x1p-25f);
  private static final FloatVector MIN_NORMAL = Lanes.constant(Float.MIN_NORMAL);
  private static final FloatVector SUBNORMAL_SCALE = Lanes.constant(0x1p23f);
  private static final FloatVector SUBNORMAL_EXPONENT = Lanes.constant(23f);
  private static final IntVector SQRT_HALF_BITS = Lanes.constant(0x3F3504F3);
  private static final FloatVector L0 = Lanes.constant(0.3333333f);
  private static final FloatVector L1 = Lanes.constant(-0.2500082f);
  private static final FloatVector L2 = Lanes.constant(0.20001227f);
  private static final FloatVector L3 = Lanes.constant(-0.16623357f);
  private static final FloatVector L4 = Lanes.constant(0.14201757f);
  private static final FloatVector L5 = Lanes.constant(-0.13160183f);
  private static final FloatVector L6 = Lanes.constant(0.12761578f);
  private static final FloatVector L7 = Lanes.constant(-0.076344974f);

  private static final FloatVector TANH_SMALL = Lanes.constant(0.625f);
  private static final FloatVector T0 = Lanes.constant(-0.3333328f);
  private static final FloatVector T1 = Lanes.constant(0.13331442f);
  private static final FloatVector T2 = Lanes.constant(-0.053739715f);
  private static final FloatVector T3 = Lanes.constant(0.020639088f);
  private static final FloatVector T4 = Lanes.constant(-0.005704987f);

  private VectorMath() {}

  /** e = e^x - 1 for n floats. */
  static void expm1(int n, float[] x, int xo, float[] e) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector argument = FloatVector.fromArray(FLOATS, x, xo + i);
      FloatVector clamped = argument.blend(EXP_MAX, argument.compare(VectorOperators.GT, EXP_MAX));
      clamped = clamped.blend(EXPM1_MIN, clamped.compare(VectorOperators.LT, EXPM1_MIN));
      FloatVector rounded = LOG2_E.fma(clamped, ROUND);
      FloatVector multiple = rounded.sub(ROUND);
      FloatVector r = MINUS_LN2_LOW.fma(multiple, MINUS_LN2_HIGH.fma(multiple, clamped));
      FloatVector q = E5.fma(r, E4).fma(r, E3).fma(r, E2).fma(r, E1).fma(r, E0);
      FloatVector reduced = r.mul(r).fma(q, r);
      IntVector exponent = rounded.reinterpretAsInts().sub(EXPM1_BIAS);
      FloatVector scale = exponent.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector result = scale.fma(reduced, scale.sub(HALF)).mul(TWO);
      VectorMask<Float> isTiny = argument.abs().compare(VectorOperators.LT, TINY);
      TYPE.cast(result.blend(argument, isTiny)).intoArray(e, i);
    }
  }

  /**
   * e = tanh(x) for n floats.
   *
   * @param e exp(2 |x|) from index 0 on, overwritten
   */
  static void tanh(int n, float[] x, int xo, float[] e) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector argument = FloatVector.fromArray(FLOATS, x, xo + i);
      FloatVector square = argument.mul(argument);
      FloatVector p = T4.fma(square, T3).fma(square, T2).fma(square, T1).fma(square, T0);
      FloatVector small = p.mul(square).fma(argument, argument);
      FloatVector large = ONE.sub(TWO.div(ONE.add(FloatVector.fromArray(FLOATS, e, i))));
      VectorMask<Float> isSmall = argument.abs().compare(VectorOperators.LT, TANH_SMALL);
      FloatVector signed = large.blend(large.neg(), argument.compare(VectorOperators.LT, ZERO));
      // -0, whose sign the polynomial loses, is its own image.
      FloatVector exact = small.blend(argument, argument.compare(VectorOperators.EQ, ZERO));
      TYPE.cast(signed.blend(exact, isSmall)).intoArray(e, i);
    }
  }

  /**
   * e = 1 / (1 + e^-x) for n floats.
   *
   * @param e exp(-|x|) from index 0 on, overwritten
   */
  static void sigmoid(int n, float[] x, int xo, float[] e) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector power = FloatVector.fromArray(FLOATS, e, i);
      FloatVector argument = FloatVector.fromArray(FLOATS, x, xo + i);
      FloatVector numerator = ONE.blend(power, argument.compare(VectorOperators.LT, ZERO));
      FloatVector sum = ONE.add(power);
      FloatVector lost = power.sub(sum.sub(ONE));
      FloatVector reciprocal = ONE.div(sum);
      FloatVector quotient = numerator.mul(reciprocal);
      FloatVector minus = quotient.neg();
      FloatVector remainder = minus.fma(lost, minus.fma(sum, numerator));
      TYPE.cast(remainder.fma(reciprocal, quotient)).intoArray(e, i);
    }
  }

  /**
   * e = log(1 + e^x) for n floats.
   *
   * @param e exp(-|x|) from index 0 on, overwritten
   */
  static void softplus(int n, float[] x, int xo, float[] e) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      // log(1 + power) for power in [0, 1]: none of the special cases of the general function.
      FloatVector power = FloatVector.fromArray(FLOATS, e, i);
      FloatVector sum = ONE.add(power);
      FloatVector correction = power.sub(sum.sub(ONE)).div(sum);
      IntVector bits = sum.reinterpretAsInts();
      IntVector exponent = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
      IntVector mantissa = bits.sub(exponent.lanewise(VectorOperators.LSHL, 23));
      FloatVector f = mantissa.reinterpretAsFloats().sub(ONE);
      FloatVector multiple = exponent.add(ROUND_BITS).reinterpretAsFloats().sub(ROUND);
      FloatVector p = L7.fma(f, L6).fma(f, L5).fma(f, L4).fma(f, L3).fma(f, L2).fma(f, L1);
      p = p.fma(f, L0);
      FloatVector square = f.mul(f);
      FloatVector rest = square.mul(f).fma(p, LN2_LOW.fma(multiple, correction));
      FloatVector log = LN2_HIGH.fma(multiple, f.add(MINUS_HALF.fma(square, rest)));
      log = log.blend(power, power.compare(VectorOperators.LT, TINY));
      FloatVector argument = FloatVector.fromArray(FLOATS, x, xo + i);
      FloatVector positive = argument.blend(ZERO, argument.compare(VectorOperators.LT, ZERO));
      TYPE.cast(positive.add(log)).intoArray(e, i);
    }
  }

  /** y = log(x) for n floats. */
  static void log(int n, float[] x, int xo, float[] y, int yo) {
    for (int i = 0; i < n; i += Lanes.COUNT) {
      FloatVector argument = FloatVector.fromArray(FLOATS, x, xo + i);
      VectorMask<Float> subnormal = argument.compare(VectorOperators.LT, MIN_NORMAL);
      FloatVector normal = argument.blend(argument.mul(SUBNORMAL_SCALE), subnormal);
      IntVector bits = normal.reinterpretAsInts();
      IntVector exponent = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
      IntVector mantissa = bits.sub(exponent.lanewise(VectorOperators.LSHL, 23));
      FloatVector f = mantissa.reinterpretAsFloats().sub(ONE);
      FloatVector shifted = exponent.add(ROUND_BITS).reinterpretAsFloats().sub(ROUND);
      FloatVector multiple = shifted.sub(ZERO.blend(SUBNORMAL_EXPONENT, subnormal));
      FloatVector p = L7.fma(f, L6).fma(f, L5).fma(f, L4).fma(f, L3).fma(f, L2).fma(f, L1);
      p = p.fma(f, L0);
      FloatVector square = f.mul(f);
      FloatVector rest = square.mul(f).fma(p, LN2_LOW.fma(multiple, ZERO));
      FloatVector log = LN2_HIGH.fma(multiple, f.add(MINUS_HALF.fma(square, rest)));
      log = log.blend(INFINITY, argument.compare(VectorOperators.EQ, INFINITY));
      log = log.blend(MINUS_INFINITY, argument.compare(VectorOperators.EQ, ZERO));
      log = NAN.blend(log, argument.compare(VectorOperators.GE, ZERO));
      TYPE.cast(log).intoArray(y, yo + i);
    }
  }
}
