package io.gradflow.driver.step;

import org.apache.spark.SparkContext;

/** What Spark's scheduler knows of executors; reads what Spark keeps to itself. */
final class SparkSlots {
  private SparkSlots() {}

  /** Tasks that can run at once on the executors that are there now. */
  static int count(SparkContext spark) {
    return spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
  }

  /** Whether an executor is being taken down and gets no more tasks. */
  static boolean isLeaving(SparkContext spark, String executorId) {
    return spark.taskScheduler().getExecutorDecommissionState(executorId).isDefined();
  }
}
