package io.gradflow.driver.data;

import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import scala.Tuple2;

/**
 * Deals ranked rows to splits and micro-shards: rank r within its split goes to micro-shard r mod
 * M, as its row r div M. The new key is (split M + micro-shard, row).
 */
final class DealTask implements PairFlatMapFunction<Iterator<Tuple2<byte[], Void>>, byte[], Void> {
  private static final long serialVersionUID = 1;

  private final Ranks ranks;
  private final SplitRanks splits;
  private final int microShards;

  DealTask(Ranks ranks, SplitRanks splits, int microShards) {
    this.ranks = ranks;
    this.splits = splits;
    this.microShards = microShards;
  }

  @Override
  public Iterator<Tuple2<byte[], Void>> call(Iterator<Tuple2<byte[], Void>> rows) {
    int partition = TaskContext.getPartitionId();
    return new Iterator<>() {
      private long seen;

      @Override
      public boolean hasNext() {
        if (rows.hasNext()) {
          return true;
        }
        ranks.checkEnd(partition, seen);
        return false;
      }

      @Override
      public Tuple2<byte[], Void> next() {
        byte[] keyed = rows.next()._1();
        long rank = ranks.of(partition, seen++, KeyedBytes.key(keyed));
        long within = splits.rankWithin(rank);
        long place = (long) splits.split(rank) * microShards + within % microShards;
        // The array is this task's own: the shuffle that it was read from keeps no copy.
        KeyedBytes.key(keyed, (place << Integer.SIZE) | (within / microShards));
        return new Tuple2<>(keyed, null);
      }
    };
  }
}
