package io.gradflow.driver.search;

/** A check of counts with one wording. */
final class Counts {
  private Counts() {}

  static void atLeast(String what, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(what + " " + value + "; expected at least " + least);
    }
  }
}
