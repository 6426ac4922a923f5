package io.gradflow.worker.shard;

import java.util.Arrays;
import org.apache.spark.Partition;

/** A partition of a {@link ShardRdd}: the micro-shards [from, to). */
final class MicroShardRange implements Partition {
  private static final long serialVersionUID = 1;

  private final int index;
  final int from;
  final int to;

  /** The parent's partitions of {@code from, from + 1, ...}: a task must not ask for them anew. */
  private final Partition[] parents;

  /** Partition {@code index} of {@code tasks}, the parent's from {@code firstParent} on. */
  MicroShardRange(int index, int tasks, int microShards, Partition[] parents, int firstParent) {
    this.index = index;
    this.from = start(index, tasks, microShards);
    this.to = start(index + 1, tasks, microShards);
    this.parents = Arrays.copyOfRange(parents, firstParent + from, firstParent + to);
  }

  /** The first micro-shard of partition {@code index}: index M / tasks. */
  static int start(int index, int tasks, int microShards) {
    return (int) ((long) index * microShards / tasks);
  }

  Partition parent(int microShard) {
    return parents[microShard - from];
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
