package io.gradflow.driver.step;

import io.gradflow.worker.shard.ShardGroup;
import org.apache.spark.rdd.RDD;

/** The micro-shards of one split, for any number of tasks; {@code shardRdd::regroup} is one. */
@FunctionalInterface
public interface ShardSource {
  /**
   * The micro-shards, one group a partition: partition p of T has those from p M / T on, before (p
   * + 1) M / T.
   *
   * @param tasks partitions, at most one a micro-shard
   */
  RDD<ShardGroup> over(int tasks);
}
