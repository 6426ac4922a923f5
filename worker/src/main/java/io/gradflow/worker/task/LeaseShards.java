package io.gradflow.worker.task;

import io.gradflow.common.message.Split;
import io.gradflow.worker.shard.ShardGroup;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The micro-shards of one resident task, of every split; a split is packed, if need be, when it is
 * first asked for. Used by one thread.
 */
public final class LeaseShards {
  private final int from;
  private final int to;
  private final Map<Split, Supplier<ShardGroup>> sources;
  private final Map<Split, ShardGroup> groups = new EnumMap<>(Split.class);

  /**
   * @param from the first micro-shard
   * @param to one past the last
   * @param sources where each split's group is taken from, once
   */
  public LeaseShards(int from, int to, Map<Split, Supplier<ShardGroup>> sources) {
    this.from = from;
    this.to = to;
    this.sources = sources;
  }

  public int from() {
    return from;
  }

  public int to() {
    return to;
  }

  /** The group of a split. */
  public ShardGroup group(Split split) {
    ShardGroup group = groups.get(split);
    if (group == null) {
      group = sources.get(split).get();
      groups.put(split, group);
    }
    return group;
  }
}
