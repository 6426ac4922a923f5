package io.gradflow.common.loss;

/**
 * Sums of probabilities that are kept as logarithms, in double, by additions, multiplications,
 * divisions and fused multiply-adds alone: the same bits on any processor, and a recursion two to
 * three times as fast as by {@link StrictMath}.
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

  /** log(e^a + e^b + e^c): the largest, and log(1 + e^d + e^f) with how far the others are off. */
  static double sum(double a, double b, double c) {
    double high = Math.max(a, b);
    double low = Math.min(a, b);
    double max = Math.max(high, c);
    double mid = Math.min(high, c);
    if (max == IMPOSSIBLE) {
      return IMPOSSIBLE;
    }
    return mid - max < NEGLIGIBLE && low - max < NEGLIGIBLE
        ? max
        : max + log(1 + (exp(mid - max) + exp(low - max)));
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
    // In pairs, and pairs of pairs: a chain of fourteen would wait for every link.
    double r2 = r * r;
    double r4 = r2 * r2;
    double terms23 = Math.fma(r, 1.0 / 6, 0.5);
    double terms45 = Math.fma(r, 1.0 / 120, 1.0 / 24);
    double terms67 = Math.fma(r, 1.0 / 5040, 1.0 / 720);
    double terms89 = Math.fma(r, 1.0 / 362880, 1.0 / 40320);
    double termsAb = Math.fma(r, 1.0 / 39916800, 1.0 / 3628800);
    double termsCd = Math.fma(r, 1.0 / 6227020800.0, 1.0 / 479001600);
    double high = Math.fma(r4, termsCd, Math.fma(r2, termsAb, terms89));
    double low = Math.fma(r4, high, Math.fma(r2, terms67, terms45));
    double e = 1 + r + Math.fma(r4, low, r2 * terms23);
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
    double q2 = q * q;
    double q4 = q2 * q2;
    double terms01 = Math.fma(q, 1.0 / 5, 1.0 / 3);
    double terms23 = Math.fma(q, 1.0 / 9, 1.0 / 7);
    double terms45 = Math.fma(q, 1.0 / 13, 1.0 / 11);
    double terms67 = Math.fma(q, 1.0 / 17, 1.0 / 15);
    double terms89 = Math.fma(q, 1.0 / 21, 1.0 / 19);
    double termsAb = Math.fma(q, 1.0 / 25, 1.0 / 23);
    double high = Math.fma(q4, Math.fma(q2, termsAb, terms89), Math.fma(q2, terms67, terms45));
    double s = Math.fma(q4, high, Math.fma(q2, terms23, terms01));
    double twice = 2 * f;
    double log = Math.fma(twice * q, s, twice);
    return halved ? LOG_2 + log : log;
  }
}
