package io.gradflow.worker.shard;

import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;

/**
 * What runs on executors to pack or drop all shards of a data set. A named function class: Spark's
 * closure cleaner leaves it alone.
 */
final class ShardTask extends AbstractFunction2<TaskContext, Iterator<ShardGroup>, String>
    implements java.io.Serializable {
  private static final long serialVersionUID = 1;

  static final ShardTask PACK = new ShardTask(null);

  private final String dropped;

  private ShardTask(String dropped) {
    this.dropped = dropped;
  }

  static ShardTask drop(String data) {
    return new ShardTask(data);
  }

  /** Where each partition's task ran, empty in local mode. */
  String[] run(RDD<ShardGroup> shards) {
    int partitions = shards.getNumPartitions();
    return (String[])
        shards
            .sparkContext()
            .runJob(
                shards,
                this,
                CollectionConverters.asScala(
                        IntStream.range(0, partitions).mapToObj(i -> (Object) i).toList())
                    .toSeq(),
                ClassTag$.MODULE$.apply(String.class));
  }

  @Override
  public String apply(TaskContext context, Iterator<ShardGroup> group) {
    if (dropped != null) {
      ShardStore.ofThisJvm().drop(dropped);
      return "";
    }
    group.next();
    return ShardRdd.thisExecutor();
  }
}
