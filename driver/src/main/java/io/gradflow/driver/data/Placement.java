package io.gradflow.driver.data;

import java.io.Serializable;

/**
 * Where scanned rows go: to a split and, in it, a rank. Rank r of a split goes to micro-shard r mod
 * M as its row r div M; a dealt row's key is (split M + micro-shard, row).
 */
interface Placement extends Serializable {
  /** Rows of a split. */
  long size(int split);

  /** Rows that go nowhere. */
  default long unused() {
    return 0;
  }

  /** How many splits have rows, the last ones aside. */
  default int splits() {
    return size(SplitRanks.TEST) > 0 ? 3 : size(SplitRanks.VALIDATION) > 0 ? 2 : 1;
  }

  /** A walk over one partition's rows, in order. */
  Walk walk(int partition);

  /** One partition's rows, one after the other. */
  interface Walk {
    /** The next row as it is dealt, which may be the same array; null if it goes nowhere. */
    byte[] next(byte[] keyed);

    /** No row is left; complains if there were others than before. */
    void end();
  }

  /** The key of a row of a rank within a split. */
  static long key(int split, long rank, int microShards) {
    long place = (long) split * microShards + rank % microShards;
    return (place << Integer.SIZE) | (rank / microShards);
  }
}
