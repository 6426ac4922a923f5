package io.gradflow.driver.check;

import java.util.Locale;

/**
 * A derivative two ways.
 *
 * @param parameter its name
 * @param where the element's index within the parameter, or a direction in words
 * @param analytic by backpropagation
 * @param numeric by finite differences
 * @param allowed how far they may be apart
 * @param seen whether rounding leaves enough of the derivative to judge it
 */
public record GradientFinding(
    String parameter, String where, double analytic, double numeric, double allowed, boolean seen) {
  /** How far they are apart, in parts of what is allowed; NaN counts as infinitely far. */
  public double excess() {
    double excess = Math.abs(analytic - numeric) / allowed;
    return Double.isNaN(excess) ? Double.POSITIVE_INFINITY : excess;
  }

  public boolean agrees() {
    return excess() <= 1;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s %s: analytic %.6g, numeric %.6g, apart %.3g of %.3g allowed",
        parameter,
        where,
        analytic,
        numeric,
        Math.abs(analytic - numeric),
        allowed);
  }
}
