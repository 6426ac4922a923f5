package io.gradflow.worker.shard;

import org.apache.spark.Partition;

/** A partition of a {@link ShardRdd}: the micro-shards [from, to). */
final class MicroShardRange implements Partition {
  private static final long serialVersionUID = 1;

  private final int index;
  final int from;
  final int to;

  /** Partition {@code index} of {@code tasks}: [index M / tasks, (index + 1) M / tasks). */
  MicroShardRange(int index, int tasks, int microShards) {
    this.index = index;
    this.from = (int) ((long) index * microShards / tasks);
    this.to = (int) ((index + 1L) * microShards / tasks);
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MicroShardRange range
        && range.index == index
        && range.from == from
        && range.to == to;
  }

  @Override
  public int hashCode() {
    return index;
  }
}
