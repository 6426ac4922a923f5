package io.gradflow.driver.data;

import io.gradflow.worker.shard.KeptShard;
import io.gradflow.worker.shard.ShardRdd;
import java.util.List;
import org.apache.spark.SparkContext;

/**
 * The packed rows of one split, as they were kept.
 *
 * @param rows in all shards
 * @param shards by micro-shard
 */
public record KeptSplit(long rows, List<KeptShard> shards) {
  public KeptSplit {
    shards = List.copyOf(shards);
    if (rows < 0 || shards.isEmpty()) {
      throw new IllegalArgumentException(
          "kept split of %d rows in %d shards".formatted(rows, shards.size()));
    }
  }

  static KeptSplit of(ShardRdd shards, String directory) {
    return new KeptSplit(shards.rowCount(), shards.keep(directory));
  }

  ShardRdd open(SparkContext spark, String directory) {
    return ShardRdd.kept(spark, directory, shards, rows);
  }
}
