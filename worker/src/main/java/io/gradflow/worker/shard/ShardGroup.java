package io.gradflow.worker.shard;

import io.gradflow.common.data.PackedShard;

/** The packed shards of neighbouring micro-shards [from, to), opened and owned by the store. */
public final class ShardGroup {
  private final int from;
  private final PackedShard[] shards;

  /**
   * @param from the first micro-shard
   * @param shards of {@code from, from + 1, ...}; this group keeps the array
   */
  public ShardGroup(int from, PackedShard[] shards) {
    this.from = from;
    this.shards = shards;
  }

  public int from() {
    return from;
  }

  public int to() {
    return from + shards.length;
  }

  /**
   * @throws IndexOutOfBoundsException if the micro-shard is not in this group
   */
  public PackedShard shard(int microShard) {
    if (microShard < from || microShard >= to()) {
      throw new IndexOutOfBoundsException(
          "micro-shard %d; this group holds [%d, %d)".formatted(microShard, from, to()));
    }
    return shards[microShard - from];
  }
}
