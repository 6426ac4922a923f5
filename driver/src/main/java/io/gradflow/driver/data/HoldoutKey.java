package io.gradflow.driver.data;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.CounterRng.Purpose;
import io.gradflow.common.data.RawRow;
import java.io.Serializable;
import java.util.ArrayList;

/**
 * What a holdout goes by: a key of 64 unsigned bits a row, a function of what the row holds and of
 * the seed. The rows of the least keys are held out, in each stratum by itself.
 *
 * @param by what the key is made of
 * @param group of the row that it reads; -1 for none
 * @param until of {@link By#TIME}, the group of the time until which the row looks; -1 for none
 * @param values that {@link By#VALUE} looks for
 */
record HoldoutKey(By by, int group, int until, ArrayList<String> values, long seed)
    implements Serializable {
  /** What a key is made of. */
  enum By {
    /** A hash of the whole row. */
    CONTENT,
    /** The same, in each value of a column by itself. */
    STRATUM,
    /** A hash of a column: rows of one value have one key. */
    GROUP,
    /** A time, the latest first. */
    TIME,
    /** 0 where a column has one of some values, else 1. */
    VALUE
  }

  /** Rows of one stratum are cut by themselves. */
  String stratum(RawRow row) {
    return by == By.STRATUM ? row.group(group).text() : "";
  }

  /**
   * @param contentKey of the whole row
   */
  long key(RawRow row, long contentKey) {
    return switch (by) {
      case CONTENT, STRATUM -> contentKey;
      case GROUP -> CounterRng.key(seed, Purpose.SPLIT, row.group(group).text());
      case TIME -> latestFirst(row.group(group).number(0));
      case VALUE -> values.contains(row.group(group).text()) ? 0 : 1;
    };
  }

  /** The key of the time until which the row looks: the row's own unless it looks ahead. */
  long keyUntil(RawRow row, long contentKey) {
    return until < 0 ? key(row, contentKey) : latestFirst(row.group(until).number(0));
  }

  /** Later times have lesser keys, as unsigned numbers. */
  static long latestFirst(double seconds) {
    long bits = Double.doubleToLongBits(seconds + 0.0);
    return ~(bits ^ ((bits >> (Long.SIZE - 1)) | Long.MIN_VALUE));
  }
}
