package io.gradflow.driver.step;

import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.worker.shard.ShardGroup;
import io.gradflow.worker.task.SampleTask;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;

/** Fetches a few encoded rows to the driver, to look at them there. */
public final class RowSamples {
  private RowSamples() {}

  /**
   * The first rows of the first micro-shard: the same on any cluster.
   *
   * @param microShards of the source
   * @param limit rows at most
   */
  public static MiniBatch take(
      SparkContext spark, ShardSource source, ExampleSchema schema, int microShards, int limit) {
    RDD<ShardGroup> shards = source.over(microShards);
    byte[][] results = new byte[1][];
    SparkJobs.runFirst(
        spark, shards, new SampleTask(limit), new KeepByPartition<>(results), byte[].class);
    return SampleTask.read(results[0], schema);
  }
}
