package io.gradflow.driver.step;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.worker.shard.ShardGroup;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/** Shards whose reading fails. */
final class FailingRdd extends RDD<ShardGroup> {
  private static final long serialVersionUID = 1;

  private final int tasks;

  FailingRdd(SparkContext spark, int tasks) {
    super(
        spark,
        CollectionConverters.asScala(List.<org.apache.spark.Dependency<?>>of()).toSeq(),
        ClassTag$.MODULE$.apply(ShardGroup.class));
    this.tasks = tasks;
  }

  @Override
  public Iterator<ShardGroup> compute(Partition partition, TaskContext context) {
    throw new GradflowException(ExitCode.BAD_DATA, "the shards are unreadable");
  }

  @Override
  public Partition[] getPartitions() {
    return IntStream.range(0, tasks).mapToObj(Numbered::new).toArray(Partition[]::new);
  }

  private record Numbered(int index) implements Partition {}
}
