package io.gradflow.driver.step;

import io.gradflow.worker.shard.ShardGroup;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * Shards of which the last partition's first attempt gets no answer, as from a mount that is gone,
 * until it is killed; later attempts find them in order.
 */
final class TroubledRdd extends RDD<ShardGroup> {
  private static final long serialVersionUID = 1;

  private static final AtomicInteger SOURCES = new AtomicInteger();

  /** Sources whose attempt has been killed. */
  private static final Set<Integer> OVER = ConcurrentHashMap.newKeySet();

  private final int source;

  private TroubledRdd(RDD<ShardGroup> shards, int source) {
    super(
        shards.sparkContext(),
        CollectionConverters.asScala(
                List.<org.apache.spark.Dependency<?>>of(new OneToOneDependency<>(shards)))
            .toSeq(),
        ClassTag$.MODULE$.apply(ShardGroup.class));
    this.source = source;
  }

  /** The same shards, which hang once, within this process. */
  static ShardSource hangingOnce(ShardSource shards) {
    int source = SOURCES.incrementAndGet();
    return tasks -> new TroubledRdd(shards.over(tasks), source);
  }

  @Override
  public Iterator<ShardGroup> compute(Partition partition, TaskContext context) {
    if (partition.index() == getNumPartitions() - 1) {
      try {
        while (!OVER.contains(source)) {
          context.killTaskIfInterrupted();
          sleep();
        }
      } finally {
        OVER.add(source);
      }
    }
    return parent().iterator(partition, context);
  }

  private static void sleep() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings("unchecked") // The one parent, as given.
  private RDD<ShardGroup> parent() {
    return (RDD<ShardGroup>) dependencies().apply(0).rdd();
  }

  @Override
  public Partition[] getPartitions() {
    return parent().partitions();
  }
}
