package io.gradflow.driver.health;

import java.util.Locale;

/**
 * One thing that is wrong, in words.
 *
 * @param where the layer or input
 * @param fault what it is
 * @param text what was seen
 */
public record Finding(String where, Fault fault, String text) {
  static Finding of(String where, Fault fault, String format, Object... arguments) {
    return new Finding(where, fault, String.format(Locale.ROOT, format, arguments));
  }

  /** {@code dense_1: gradients 1.0e-09 of the last layer's: ...; try ...} */
  public String sentence() {
    return where + ": " + text + "; " + fault.advice();
  }
}
