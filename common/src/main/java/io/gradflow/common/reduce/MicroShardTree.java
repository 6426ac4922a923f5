package io.gradflow.common.reduce;

/**
 * The shape of the tree in which the sums of M micro-shards are combined: leaves are micro-shards,
 * bottom-up in pairs (2i, 2i + 1), an odd last one carried up. Node (level, index) covers the
 * micro-shards {@code [index 2^level, min((index + 1) 2^level, M))}.
 *
 * <p>Whoever holds a range of neighbouring micro-shards adds up the largest nodes that lie within
 * it; what remains to be added is the same for everyone. So any grouping of micro-shards into
 * threads, tasks and executors gives the same additions in the same order.
 *
 * <p>A carried-up node is the node below it under another name. Names are made unique by {@link
 * #level(int, int)}: a node goes by its highest name.
 *
 * @param microShards the number of leaves, at least 1
 */
public record MicroShardTree(int microShards) {
  public MicroShardTree {
    if (microShards < 1) {
      throw new IllegalArgumentException(
          "tree over " + microShards + " micro-shards; expected at least 1");
    }
  }

  /** The level of the root: 0 for one micro-shard, ceil(log2 M) otherwise. */
  public int rootLevel() {
    return 32 - Integer.numberOfLeadingZeros(microShards - 1);
  }

  /** The first micro-shard under a node. */
  public int from(int level, int index) {
    return index << level;
  }

  /** One past the last micro-shard under a node. */
  public int to(int level, int index) {
    return (int) Math.min((long) (index + 1) << level, microShards);
  }

  /** The number of nodes of one level. */
  public int width(int level) {
    return (int) ((microShards + (1L << level) - 1) >> level);
  }

  /**
   * The level of the largest node that starts at {@code from} and ends at or before {@code to}: its
   * highest name, where it was carried up.
   *
   * @throws IllegalArgumentException if the range is empty or not within the tree
   */
  public int level(int from, int to) {
    if (from < 0 || from >= to || to > microShards) {
      throw new IllegalArgumentException(
          "micro-shards ["
              + from
              + ", "
              + to
              + ") of a tree over "
              + microShards
              + "; expected a range within it that is not empty");
    }
    int level = 0;
    while (level < rootLevel()
        && isStart(from, level + 1)
        && to(level + 1, from >> (level + 1)) <= to) {
      level++;
    }
    return level;
  }

  /** Whether a node of this level starts at a micro-shard. */
  private static boolean isStart(int microShard, int level) {
    return (microShard & ((1 << level) - 1)) == 0;
  }

  /** Where task {@code task} of {@code tasks} starts: ranges are even to within one micro-shard. */
  public static int rangeStart(int microShards, int task, int tasks) {
    return (int) ((long) task * microShards / tasks);
  }
}
