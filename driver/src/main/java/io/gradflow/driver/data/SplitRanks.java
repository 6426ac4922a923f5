package io.gradflow.driver.data;

import java.io.Serializable;
import java.math.BigInteger;

/**
 * Which of a source's rows are held out, by canonical rank: exactly {@code validation} and {@code
 * test} of {@code rows}.
 *
 * <p>In content order the first ranks are held out: a random choice keyed by the seed. In source
 * order they are spread evenly over the ranks, so that sorted files do not lose one end.
 */
record SplitRanks(long rows, long validation, long test, RowOrder order) implements Serializable {
  static final int TRAIN = 0;
  static final int VALIDATION = 1;
  static final int TEST = 2;

  /** Of rows that are in no split. */
  static final int UNUSED = 3;

  /** How many there are, the unused rows' included. */
  static final int SPLITS = 4;

  static SplitRanks of(long rows, double validationShare, double testShare, RowOrder order) {
    return new SplitRanks(
        rows, Math.round(rows * validationShare), Math.round(rows * testShare), order);
  }

  long train() {
    return rows - validation - test;
  }

  /** Rows of a split. */
  long size(int split) {
    return split == TRAIN ? train() : split == VALIDATION ? validation : test;
  }

  /** The split of a rank. */
  int split(long rank) {
    if (order == RowOrder.CONTENT) {
      return rank < validation ? VALIDATION : rank < validation + test ? TEST : TRAIN;
    }
    if (taken(rank + 1, validation, rows) > taken(rank, validation, rows)) {
      return VALIDATION;
    }
    long rest = rank - taken(rank, validation, rows);
    return taken(rest + 1, test, rows - validation) > taken(rest, test, rows - validation)
        ? TEST
        : TRAIN;
  }

  /** The rank within its split. */
  long rankWithin(long rank) {
    int split = split(rank);
    if (order == RowOrder.CONTENT) {
      return split == VALIDATION
          ? rank
          : split == TEST ? rank - validation : rank - validation - test;
    }
    long held = taken(rank, validation, rows);
    if (split == VALIDATION) {
      return held;
    }
    long tested = taken(rank - held, test, rows - validation);
    return split == TEST ? tested : rank - held - tested;
  }

  /** floor(rank * held / of): how many of the ranks below are held out. */
  private static long taken(long rank, long held, long of) {
    if (Math.multiplyHigh(rank, held) == 0 && rank * held >= 0) {
      return of == 0 ? 0 : rank * held / of;
    }
    return BigInteger.valueOf(rank)
        .multiply(BigInteger.valueOf(held))
        .divide(BigInteger.valueOf(of))
        .longValueExact();
  }
}
