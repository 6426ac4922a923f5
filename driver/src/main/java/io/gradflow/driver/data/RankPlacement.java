package io.gradflow.driver.data;

/**
 * Rows by their canonical rank.
 *
 * @param ranks of the rows
 * @param byRank the splits
 */
record RankPlacement(Ranks ranks, SplitRanks byRank, int microShards) implements Placement {
  @Override
  public long size(int split) {
    return byRank.size(split);
  }

  @Override
  public Walk walk(int partition) {
    return new Walk() {
      private long seen;

      @Override
      public byte[] next(byte[] keyed) {
        long rank = ranks.of(partition, seen++, KeyedBytes.key(keyed));
        // The array is this task's own: the shuffle that it was read from keeps no copy.
        KeyedBytes.key(
            keyed, Placement.key(byRank.split(rank), byRank.rankWithin(rank), microShards));
        return keyed;
      }

      @Override
      public void end() {
        ranks.checkEnd(partition, seen);
      }
    };
  }
}
