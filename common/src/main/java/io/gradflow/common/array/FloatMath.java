package io.gradflow.common.array;

/**
 * Elementary functions on floats, by fma, division and integer operations alone, so that the bits
 * are the same on every processor, interpreted or compiled. The lanes of the vector twin compute
 * the same operations in the same order; sine and cosine have none.
 *
 * <p>Errors stay within 2 units in the last place of the exact value over all floats, subnormal
 * numbers included (the tests measure it); infinities and NaN behave as in {@link Math}.
 * Polynomials are minimax fits in relative error.
 */
public final class FloatMath {
  /** 1.5 * 2^23: adding it rounds a small number to an integer and leaves that in the low bits. */
  private static final float ROUND = 12582912f;

  private static final int ROUND_BITS = 0x4B400000;

  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6931472f;
  private static final float LN2_LOW = -1.9046542e-9f;

  /** Beyond these exp is infinite or zero, and the scaling below still works. */
  private static final float EXP_MAX = 89f;

  private static final float EXP_MIN = -104f;

  /** Below this e^x - 1 rounds to -1. */
  private static final float EXPM1_MIN = -30f;

  /** The bits of sqrt(1/2): mantissas are taken from [sqrt(1/2), sqrt(2)). */
  private static final int SQRT_HALF_BITS = 0x3F3504F3;

  private static final float TANH_SMALL = 0.625f;
  private static final float ERF_SMALL = 0.9277344f;

  /** 1.5 * 2^52: {@link #ROUND} for double. */
  private static final double ROUND_DOUBLE = 0x1.8p52;

  /** Beyond this a quarter turn in two doubles leaves too little of the angle. */
  private static final float ANGLE_MAX = 0x1p17f;

  private static final double QUARTERS_PER_RADIAN = 0.6366197723675814;
  private static final double QUARTER_HIGH = 1.5707963267948966;
  private static final double QUARTER_LOW = 6.123233995736766e-17;

  private FloatMath() {}

  /** e^x. */
  public static float exp(float x) {
    float clamped = x > EXP_MAX ? EXP_MAX : x < EXP_MIN ? EXP_MIN : x;
    float rounded = Math.fma(clamped, LOG2_E, ROUND);
    float power = 1f + expm1Reduced(reduce(clamped, rounded - ROUND));
    // In two factors: 2^n alone would overflow or lose bits for subnormal results.
    int n = Float.floatToRawIntBits(rounded) - ROUND_BITS;
    int half = n >> 1;
    return power * powerOfTwo(half) * powerOfTwo(n - half);
  }

  /** e^x - 1, accurate for small x. */
  public static float expm1(float x) {
    float clamped = x > EXP_MAX ? EXP_MAX : x < EXPM1_MIN ? EXPM1_MIN : x;
    float rounded = Math.fma(clamped, LOG2_E, ROUND);
    float reduced = expm1Reduced(reduce(clamped, rounded - ROUND));
    // 2^n e^r - 1 = 2 (2^(n-1) (e^r - 1) + 2^(n-1) - 1/2): no overflow for n = 128.
    float scale = powerOfTwo(Float.floatToRawIntBits(rounded) - ROUND_BITS - 1);
    float result = 2f * Math.fma(scale, reduced, scale - 0.5f);
    return Math.abs(x) < 0x1p-25f ? x : result;
  }

  /** The natural logarithm; -infinity at 0, NaN below. */
  public static float log(float x) {
    return logarithm(x, 0f);
  }

  /** log(1 + x), accurate for small x; -infinity at -1, NaN below. */
  public static float log1p(float x) {
    float sum = 1f + x;
    float lost = x >= 1f ? 1f - (sum - x) : x - (sum - 1f);
    return Math.abs(x) < 0x1p-25f ? x : logarithm(sum, lost / sum);
  }

  /** The hyperbolic tangent. */
  public static float tanh(float x) {
    float magnitude = Math.abs(x);
    float square = x * x;
    float p = -0.005704987f;
    p = Math.fma(p, square, 0.020639088f);
    p = Math.fma(p, square, -0.053739715f);
    p = Math.fma(p, square, 0.13331442f);
    p = Math.fma(p, square, -0.3333328f);
    float small = Math.fma(p * square, x, x);
    float large = 1f - 2f / (exp(magnitude + magnitude) + 1f);
    return Math.copySign(magnitude < TANH_SMALL ? small : large, x);
  }

  /** 1 / (1 + e^-x). */
  public static float sigmoid(float x) {
    float e = exp(-Math.abs(x));
    float numerator = x < 0f ? e : 1f;
    float sum = 1f + e;
    float lost = e - (sum - 1f);
    float reciprocal = 1f / sum;
    float quotient = numerator * reciprocal;
    // One Newton step with the part that 1 + e lost.
    float remainder = Math.fma(-quotient, lost, Math.fma(-quotient, sum, numerator));
    return Math.fma(remainder, reciprocal, quotient);
  }

  /** log(1 + e^x) = max(x, 0) + log1p(e^-|x|). */
  public static float softplus(float x) {
    return (x < 0f ? 0f : x) + log1p(exp(-Math.abs(x)));
  }

  /** The error function 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x. */
  public static float erf(float x) {
    float magnitude = Math.abs(x);
    float square = x * x;
    float p = -0.0005953742f;
    p = Math.fma(p, square, 0.0049859406f);
    p = Math.fma(p, square, -0.02676172f);
    p = Math.fma(p, square, 0.112816826f);
    p = Math.fma(p, square, -0.3761248f);
    p = Math.fma(p, square, 0.12837915f);
    float small = Math.fma(p, x, x);
    // erfc(t) = exp(-t - t q(t)); beyond 4 it is below half a unit of 1.
    float t = magnitude > 4f ? 4f : magnitude;
    float q = 1.1231274e-5f;
    q = Math.fma(q, t, -0.00032280356f);
    q = Math.fma(q, t, 0.0036424578f);
    q = Math.fma(q, t, -0.02376206f);
    q = Math.fma(q, t, 0.106236875f);
    q = Math.fma(q, t, 0.6351513f);
    q = Math.fma(q, t, 0.12864849f);
    float large = 1f - exp(-Math.fma(q, t, t));
    return magnitude < ERF_SMALL ? small : Math.copySign(large, x);
  }

  /** The sine of x radians, within 0.6 units in the last place. */
  public static float sin(float x) {
    return Math.abs(x) < 0x1p-12f ? x : sineAhead(x, 0);
  }

  /** The cosine of x radians, within 0.6 units in the last place. */
  public static float cos(float x) {
    return sineAhead(x, 1);
  }

  /**
   * sin(x + quarters pi / 2), in double: the nearest multiple of pi / 2 is taken off, Taylor's
   * series of the rest end where they fall below 1e-11. Angles beyond {@link #ANGLE_MAX} are rare,
   * and {@link StrictMath} has the same bits everywhere.
   */
  private static float sineAhead(float x, int quarters) {
    if (!(Math.abs(x) <= ANGLE_MAX)) {
      return (float) (quarters == 0 ? StrictMath.sin(x) : StrictMath.cos(x));
    }
    double n = Math.fma(x, QUARTERS_PER_RADIAN, ROUND_DOUBLE) - ROUND_DOUBLE;
    double r = Math.fma(n, -QUARTER_LOW, Math.fma(n, -QUARTER_HIGH, x));
    double square = r * r;
    int quadrant = (int) n + quarters;
    double value;
    if ((quadrant & 1) == 0) {
      double p = -1 / 39916800.0;
      p = Math.fma(p, square, 1 / 362880.0);
      p = Math.fma(p, square, -1 / 5040.0);
      p = Math.fma(p, square, 1 / 120.0);
      p = Math.fma(p, square, -1 / 6.0);
      value = Math.fma(p * square, r, r);
    } else {
      double p = -1 / 3628800.0;
      p = Math.fma(p, square, 1 / 40320.0);
      p = Math.fma(p, square, -1 / 720.0);
      p = Math.fma(p, square, 1 / 24.0);
      p = Math.fma(p, square, -1 / 2.0);
      value = Math.fma(p, square, 1);
    }
    return (float) ((quadrant & 2) == 0 ? value : -value);
  }

  private static float reduce(float x, float n) {
    return Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
  }

  /** e^r - 1 for |r| <= ln(2) / 2, relative error of the fit 2.4e-10. */
  private static float expm1Reduced(float r) {
    float q = 0.00019845877f;
    q = Math.fma(q, r, 0.0013940618f);
    q = Math.fma(q, r, 0.00833339f);
    q = Math.fma(q, r, 0.041666362f);
    q = Math.fma(q, r, 0.16666666f);
    q = Math.fma(q, r, 0.5f);
    return Math.fma(r * r, q, r);
  }

  /** log(x) + correction, the correction small. */
  private static float logarithm(float x, float correction) {
    boolean subnormal = x < Float.MIN_NORMAL;
    int bits = Float.floatToRawIntBits(subnormal ? x * 0x1p23f : x);
    int exponent = (bits - SQRT_HALF_BITS) >> 23;
    float f = Float.intBitsToFloat(bits - (exponent << 23)) - 1f;
    float n = Float.intBitsToFloat(exponent + ROUND_BITS) - ROUND - (subnormal ? 23f : 0f);
    float p = -0.076344974f;
    p = Math.fma(p, f, 0.12761578f);
    p = Math.fma(p, f, -0.13160183f);
    p = Math.fma(p, f, 0.14201757f);
    p = Math.fma(p, f, -0.16623357f);
    p = Math.fma(p, f, 0.20001227f);
    p = Math.fma(p, f, -0.2500082f);
    p = Math.fma(p, f, 0.3333333f);
    float square = f * f;
    float rest = Math.fma(square * f, p, Math.fma(n, LN2_LOW, correction));
    float result = Math.fma(n, LN2_HIGH, f + Math.fma(square, -0.5f, rest));
    result = x == Float.POSITIVE_INFINITY ? x : result;
    result = x == 0f ? Float.NEGATIVE_INFINITY : result;
    return x >= 0f ? result : Float.NaN;
  }

  private static float powerOfTwo(int n) {
    return Float.intBitsToFloat((n + 127) << 23);
  }
}
