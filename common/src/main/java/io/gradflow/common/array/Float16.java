package io.gradflow.common.array;

/**
 * IEEE 754 binary16: a sign, five bits of exponent, ten of fraction; finite up to 65,504, normal
 * from 2^-14, with steps of 2^-24 below.
 */
public final class Float16 {
  /** The bits of infinity, from which on there is nothing finite. */
  private static final int INFINITY = 0x7C00;

  private static final int NAN = 0x7E00;

  /** Float bits of 2^16, beyond all that rounds to a finite number. */
  private static final int TOO_LARGE = 0x47800000;

  /** Float bits of 2^-14, the smallest normal number. */
  private static final int SMALLEST_NORMAL = 0x38800000;

  private static final int FRACTION_BITS = 13;

  private Float16() {}

  /** The nearest one, ties to even; beyond 65,504 and a half step infinity. */
  public static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int magnitude = bits & 0x7FFFFFFF;
    if (magnitude >= TOO_LARGE) {
      return (short) (sign | (Float.isNaN(value) ? NAN : INFINITY));
    }
    if (magnitude < SMALLEST_NORMAL) {
      // One half has the steps of the subnormal ones: the sum is rounded as they are.
      float sum = Float.intBitsToFloat(magnitude) + 0.5f;
      return (short) (sign | (Float.floatToRawIntBits(sum) - Float.floatToRawIntBits(0.5f)));
    }
    int even = magnitude >>> FRACTION_BITS & 1;
    int rounded = magnitude + ((15 - 127) << 23) + ((1 << (FRACTION_BITS - 1)) - 1) + even;
    return (short) (sign | rounded >>> FRACTION_BITS);
  }

  /** Its value, exactly. */
  public static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int magnitude = half & 0x7FFF;
    if (magnitude >= INFINITY) {
      return Float.intBitsToFloat(sign | 0x7F800000 | (magnitude & 0x3FF) << FRACTION_BITS);
    }
    // Exponents are 112 apart; as a product it is right for subnormal ones, too.
    float value = Float.intBitsToFloat(magnitude << FRACTION_BITS) * 0x1p112f;
    return Float.intBitsToFloat(sign | Float.floatToRawIntBits(value));
  }

  /** The nearest value that it has. */
  public static float round(float value) {
    return toFloat(of(value));
  }
}
