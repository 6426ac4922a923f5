package io.gradflow.common.loss;

/**
 * Sums of probabilities that are kept as logarithms, in double, by additions, multiplications,
 * divisions and fused multiply-adds alone: the same bits on any processor, and several times as
 * fast as {@link StrictMath}.
 */
final class LogSpace {
  /** The logarithm of 0. */
  static final double IMPOSSIBLE = Double.NEGATIVE_INFINITY;

  /** Below e to this power a term leaves a sum of 1 and more as it is: 2^-54 is e^-37.4. */
  private static final double NEGLIGIBLE = -40;

  /** e to this power is below half of the smallest double. */
  private static final double UNDERFLOW = -746;

  private static final double LOG2_E = 1.4426950408889634;

  /** log 2 in two parts, the first with zeros for its last 21 bits: n times it is exact. */
  private static final double LOG_2_HIGH = 0x1.62e42feep-1;

  private static final double LOG_2_LOW = 0x1.a39ef35793c76p-33;
  private static final double LOG_2 = 0x1.62e42fefa39efp-1;

  private LogSpace() {}

  /** log(e^a + e^b + e^c). */
  static double sum(double a, double b, double c) {
    double max = Math.max(a, Math.max(b, c));
    if (max == IMPOSSIBLE) {
      return IMPOSSIBLE;
    }
    return max + log(share(a - max) + share(b - max) + share(c - max));
  }

  private static double share(double difference) {
    return difference < NEGLIGIBLE ? 0 : exp(difference);
  }

  /**
   * e^x for x of at most 0 (or a little more, from rounding), within 2 units in the last place: 2^n
   * times the Taylor series of e^r with r = x - n log 2, whose first term left out is below 2^-57.
   */
  static double exp(double x) {
    if (x < UNDERFLOW) {
      return 0;
    }
    double n = Math.rint(x * LOG2_E);
    double r = Math.fma(-n, LOG_2_LOW, Math.fma(-n, LOG_2_HIGH, x));
    double e = 1.0 / 6227020800.0;
    e = Math.fma(e, r, 1.0 / 479001600.0);
    e = Math.fma(e, r, 1.0 / 39916800.0);
    e = Math.fma(e, r, 1.0 / 3628800.0);
    e = Math.fma(e, r, 1.0 / 362880.0);
    e = Math.fma(e, r, 1.0 / 40320.0);
    e = Math.fma(e, r, 1.0 / 5040.0);
    e = Math.fma(e, r, 1.0 / 720.0);
    e = Math.fma(e, r, 1.0 / 120.0);
    e = Math.fma(e, r, 1.0 / 24.0);
    e = Math.fma(e, r, 1.0 / 6.0);
    e = Math.fma(e, r, 0.5);
    e = Math.fma(e, r, 1);
    e = Math.fma(e, r, 1);
    return n > -1022
        ? e * Double.longBitsToDouble(((long) n + 1023) << 52)
        : Math.scalb(e, (int) n);
  }

  /**
   * log(x) for x in [1, 3], within 2 units in the last place: of m = x or x / 2 in [3/4, 3/2] it is
   * 2 artanh((m - 1) / (m + 1)), whose series' first term left out is below 2^-60.
   */
  static double log(double x) {
    boolean halved = x >= 1.5;
    double m = halved ? x / 2 : x;
    double f = (m - 1) / (m + 1);
    double q = f * f;
    double s = 1.0 / 25;
    s = Math.fma(s, q, 1.0 / 23);
    s = Math.fma(s, q, 1.0 / 21);
    s = Math.fma(s, q, 1.0 / 19);
    s = Math.fma(s, q, 1.0 / 17);
    s = Math.fma(s, q, 1.0 / 15);
    s = Math.fma(s, q, 1.0 / 13);
    s = Math.fma(s, q, 1.0 / 11);
    s = Math.fma(s, q, 1.0 / 9);
    s = Math.fma(s, q, 1.0 / 7);
    s = Math.fma(s, q, 1.0 / 5);
    s = Math.fma(s, q, 1.0 / 3);
    double twice = 2 * f;
    double log = Math.fma(twice * q, s, twice);
    return halved ? LOG_2 + log : log;
  }
}
