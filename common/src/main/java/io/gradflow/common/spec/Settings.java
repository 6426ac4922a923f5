package io.gradflow.common.spec;

/** What numbers among the settings of a spec have to be: for the constructors of records. */
public final class Settings {
  private Settings() {}

  /**
   * @param what the spec's kind and the setting's name
   * @throws IllegalArgumentException unless the number is finite
   */
  public static void requireFinite(String what, Number value) {
    if (!Double.isFinite(value.doubleValue())) {
      throw new IllegalArgumentException(what + " " + value + "; expected a finite number");
    }
  }

  /**
   * @throws IllegalArgumentException unless the number is finite and above 0
   */
  public static void requireAboveZero(String what, Number value) {
    if (!(value.doubleValue() > 0 && Double.isFinite(value.doubleValue()))) {
      throw new IllegalArgumentException(what + " " + value + "; expected a finite number above 0");
    }
  }

  /**
   * @throws IllegalArgumentException unless the number is finite and not below 0
   */
  public static void requireNotNegative(String what, Number value) {
    if (!(value.doubleValue() >= 0 && Double.isFinite(value.doubleValue()))) {
      throw new IllegalArgumentException(
          what + " " + value + "; expected a finite number of at least 0");
    }
  }
}
