package io.gradflow.driver.search;

import java.math.BigDecimal;
import java.math.MathContext;

/** Checks and texts that ranges share. */
final class Ranges {
  private static final MathContext DIGITS = new MathContext(5);

  private Ranges() {}

  static void require(String kind, double from, double to, double above) {
    if (!(from > above) || !(to > from) || Double.isInfinite(to)) {
      throw new IllegalArgumentException(
          kind
              + ": from "
              + from
              + " to "
              + to
              + "; expected finite numbers"
              + (above == 0 ? " above 0" : "")
              + ", the second larger");
    }
  }

  /** Five digits: more would be noise in tables and job files. */
  static String text(double value) {
    return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toString().replace("E+", "E");
  }
}
