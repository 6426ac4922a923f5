package io.gradflow.common.augment;

import io.gradflow.common.array.CounterRng;

/** What the settings of changes have to be, and whole numbers by chance. */
final class Checks {
  private Checks() {}

  static void probability(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(what + " " + value + "; expected from 0 to 1");
    }
  }

  static void positive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " " + value + "; expected at least 1");
    }
  }

  /** Evenly from 0 to {@code count - 1}, within count / 2^32 of even. */
  static int below(int count, long key, int index) {
    return (int) (((CounterRng.bits(key, index) & 0xFFFFFFFFL) * count) >>> Integer.SIZE);
  }
}
