package io.gradflow.driver.step;

import io.gradflow.worker.shard.ShardGroup;
import java.util.List;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/** Shards of which the last partition's are in trouble when a task asks for them. */
final class TroubledRdd extends RDD<ShardGroup> {
  private static final long serialVersionUID = 1;

  /** What is wrong. */
  enum Trouble {
    /** The first attempt fails, as for want of a disk; later ones do not. */
    FAILS_ONCE,
    /** No attempt gets an answer, as from a mount that is gone; ends when it is killed. */
    HANGS
  }

  private final Trouble trouble;

  TroubledRdd(RDD<ShardGroup> shards, Trouble trouble) {
    super(
        shards.sparkContext(),
        CollectionConverters.asScala(
                List.<org.apache.spark.Dependency<?>>of(new OneToOneDependency<>(shards)))
            .toSeq(),
        ClassTag$.MODULE$.apply(ShardGroup.class));
    this.trouble = trouble;
  }

  @Override
  public Iterator<ShardGroup> compute(Partition partition, TaskContext context) {
    if (partition.index() == getNumPartitions() - 1) {
      if (trouble == Trouble.FAILS_ONCE && context.attemptNumber() == 0) {
        throw new IllegalStateException("the disk is gone");
      }
      while (trouble == Trouble.HANGS) {
        context.killTaskIfInterrupted();
        try {
          Thread.sleep(20);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
    return parent().iterator(partition, context);
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
