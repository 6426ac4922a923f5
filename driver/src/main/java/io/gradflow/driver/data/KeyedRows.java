package io.gradflow.driver.data;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.data.RawRow;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells of scanned rows which split they belong to: the first of the rules that takes a row
 * decides.
 *
 * @param groups of a scanned row, those that only the rules read last
 * @param orderKey what makes content keys the seed's own
 * @param rules all found
 */
record KeyedRows(int groups, long orderKey, ArrayList<HoldoutRule> rules) implements Serializable {

  KeyedRows with(HoldoutRule rule) {
    ArrayList<HoldoutRule> more = new ArrayList<>(rules);
    more.add(rule);
    return new KeyedRows(groups, orderKey, more);
  }

  /** No rule yet. */
  static KeyedRows of(int groups, long orderKey) {
    return new KeyedRows(groups, orderKey, new ArrayList<>(List.of()));
  }

  /** A reader for one thread. */
  Reader reader() {
    return new Reader();
  }

  /** One row after the other. */
  final class Reader {
    private final RawRow row = new RawRow(groups);
    private long contentKey;

    /** Moves to a row, which comes behind a key. */
    void read(byte[] keyed) {
      row.read(keyed, KeyedBytes.KEY_BYTES);
      contentKey = CounterRng.mix(RowHash.of(keyed, KeyedBytes.KEY_BYTES) ^ orderKey);
    }

    /** The row's split. */
    int split() {
      for (HoldoutRule rule : rules) {
        if (rule.takes(row, contentKey)) {
          return rule.split();
        }
        if (rule.key().until() >= 0 && rule.reaches(row, contentKey)) {
          return SplitRanks.UNUSED;
        }
      }
      return SplitRanks.TRAIN;
    }

    String stratum(HoldoutKey key) {
      return key.stratum(row);
    }

    long key(HoldoutKey key) {
      return key.key(row, contentKey);
    }
  }
}
