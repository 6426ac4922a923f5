package io.gradflow.driver.data;

import io.gradflow.common.data.RawRow;
import java.util.Arrays;

/**
 * Rows by what they hold; within a split in canonical order.
 *
 * @param rows tells the splits
 * @param bases by partition, stretch and split the rank of the first row
 * @param sizes by split
 * @param ranks of the rows over all splits
 * @param kept groups of a row that are dealt, without those that only told the split
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record KeyedPlacement(
    KeyedRows rows, long[][][] bases, long[] sizes, Ranks ranks, int kept, int microShards)
    implements Placement {
  @Override
  public long size(int split) {
    return sizes[split];
  }

  @Override
  public long unused() {
    return sizes[SplitRanks.UNUSED];
  }

  @Override
  public Walk walk(int partition) {
    return new Walk() {
      private final KeyedRows.Reader reader = rows.reader();
      private final long[][] next =
          Arrays.stream(bases[partition]).map(long[]::clone).toArray(long[][]::new);
      private long seen;

      @Override
      public byte[] next(byte[] keyed) {
        reader.read(keyed);
        int split = reader.split();
        long rank = next[ranks.stretch(KeyedBytes.key(keyed))][split]++;
        seen++;
        if (split == SplitRanks.UNUSED) {
          return null;
        }
        byte[] dealt = Arrays.copyOf(keyed, RawRow.end(keyed, KeyedBytes.KEY_BYTES, kept));
        KeyedBytes.key(dealt, Placement.key(split, rank, microShards));
        return dealt;
      }

      @Override
      public void end() {
        ranks.checkEnd(partition, seen);
      }
    };
  }
}
