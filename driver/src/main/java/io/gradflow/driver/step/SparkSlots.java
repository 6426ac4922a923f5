package io.gradflow.driver.step;

import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManagerId;
import scala.jdk.javaapi.CollectionConverters;

/** What Spark's scheduler knows of executors; reads what Spark keeps to itself. */
final class SparkSlots {
  private SparkSlots() {}

  /** Tasks that can run at once on the executors that are there now. */
  static int count(SparkContext spark) {
    return spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
  }

  /**
   * Tasks worth asking for: those that can run now, and with dynamic allocation those that could,
   * since Spark adds executors only for tasks that wait.
   */
  static int wanted(SparkContext spark) {
    SparkConf conf = spark.conf();
    int now = count(spark);
    if (!conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      return now;
    }
    long executors = conf.getInt("spark.dynamicAllocation.maxExecutors", Integer.MAX_VALUE);
    long each =
        Math.max(1, conf.getInt("spark.executor.cores", 1) / conf.getInt("spark.task.cpus", 1));
    return (int) Math.min(Integer.MAX_VALUE, Math.max(now, executors * each));
  }

  /** The executors that are there, by their ids: one question to Spark. */
  static Map<String, BlockManagerId> executors() {
    return CollectionConverters.asJava(SparkEnv.get().blockManager().master().getMemoryStatus())
        .keySet()
        .stream()
        .filter(id -> !id.isDriver())
        .collect(Collectors.toMap(BlockManagerId::executorId, id -> id, (one, other) -> one));
  }

  /** Whether an executor is being taken down and gets no more tasks. */
  static boolean isLeaving(SparkContext spark, String executorId) {
    return spark.taskScheduler().getExecutorDecommissionState(executorId).isDefined();
  }
}
