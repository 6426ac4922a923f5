package io.gradflow.worker.task;

import io.gradflow.worker.shard.ShardGroup;
import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** Hands packed shards to a driver in the same process, where Spark runs in local mode. */
public final class HandOverTask extends AbstractFunction2<TaskContext, Iterator<ShardGroup>, String>
    implements Serializable {
  private static final long serialVersionUID = 1;
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final Map<Long, ShardGroup> HANDED = new ConcurrentHashMap<>();

  private final long number = NUMBERS.incrementAndGet();

  private HandOverTask() {}

  /**
   * The group of the one partition that a job hands over.
   *
   * @param job runs the task it is given over that partition
   */
  public static ShardGroup take(Consumer<HandOverTask> job) {
    HandOverTask task = new HandOverTask();
    job.accept(task);
    return HANDED.remove(task.number);
  }

  @Override
  public String apply(TaskContext context, Iterator<ShardGroup> groups) {
    HANDED.put(number, groups.next());
    return "";
  }
}
