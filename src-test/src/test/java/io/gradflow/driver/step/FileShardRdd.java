package io.gradflow.driver.step;

import io.gradflow.common.data.PackedShard;
import io.gradflow.common.reduce.MicroShardTree;
import io.gradflow.worker.shard.ShardGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/** Packed shards that were written beforehand to files that every executor reaches. */
final class FileShardRdd extends RDD<ShardGroup> {
  private static final long serialVersionUID = 1;

  private final String prefix;
  private final int microShards;
  private final int tasks;

  /**
   * @param prefix of the files' paths; the number of the micro-shard follows
   */
  FileShardRdd(SparkContext spark, String prefix, int microShards, int tasks) {
    super(
        spark,
        CollectionConverters.asScala(List.<org.apache.spark.Dependency<?>>of()).toSeq(),
        ClassTag$.MODULE$.apply(ShardGroup.class));
    this.prefix = prefix;
    this.microShards = microShards;
    this.tasks = tasks;
  }

  @Override
  public Iterator<ShardGroup> compute(Partition partition, TaskContext context) {
    int from = MicroShardTree.rangeStart(microShards, partition.index(), tasks);
    int to = MicroShardTree.rangeStart(microShards, partition.index() + 1, tasks);
    PackedShard[] shards = new PackedShard[to - from];
    try {
      for (int m = from; m < to; m++) {
        shards[m - from] = PackedShard.open(Path.of(prefix + m));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return CollectionConverters.asScala(List.of(new ShardGroup(from, shards)).iterator());
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] partitions = new Partition[tasks];
    for (int i = 0; i < tasks; i++) {
      partitions[i] = new Numbered(i);
    }
    return partitions;
  }

  private record Numbered(int index) implements Partition {}
}
