package io.gradflow.driver.optim;

/** Checks of hyperparameters at construction, with one wording. */
final class Hyperparameters {
  private Hyperparameters() {}

  static void positive(String kind, String name, double value) {
    check(value > 0 && Double.isFinite(value), kind, name, value, "a finite number above 0");
  }

  static void notNegative(String kind, String name, double value) {
    check(value >= 0 && Double.isFinite(value), kind, name, value, "a finite number, at least 0");
  }

  /** In (0, 1]. */
  static void share(String kind, String name, double value) {
    check(value > 0 && value <= 1, kind, name, value, "a number in (0, 1]");
  }

  /** In [0, 1). */
  static void fraction(String kind, String name, double value) {
    check(value >= 0 && value < 1, kind, name, value, "a number in [0, 1)");
  }

  static void atLeast(String kind, String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          kind + ": " + name + " is " + value + "; expected at least " + least);
    }
  }

  static void atLeast(String kind, String name, double value, double least) {
    check(
        value >= least && Double.isFinite(value),
        kind,
        name,
        value,
        "a finite number, at least " + least);
  }

  private static void check(
      boolean valid, String kind, String name, double value, String expected) {
    if (!valid) {
      throw new IllegalArgumentException(
          kind + ": " + name + " is " + value + "; expected " + expected);
    }
  }
}
