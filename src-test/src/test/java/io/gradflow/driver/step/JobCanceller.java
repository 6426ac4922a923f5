package io.gradflow.driver.step;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** Cancels the job of the first task that starts, as a person would from Spark's UI. */
final class JobCanceller extends SparkListener implements AutoCloseable {
  private final SparkContext spark;
  private final AtomicInteger cancelled = new AtomicInteger();

  JobCanceller(SparkContext spark) {
    this.spark = spark;
    spark.addSparkListener(this);
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    if (cancelled.get() == 0) {
      for (int job : spark.statusTracker().getActiveJobIds()) {
        cancelled.incrementAndGet();
        spark.cancelJob(job);
      }
    }
  }

  int cancelled() {
    return cancelled.get();
  }

  @Override
  public void close() {
    spark.removeSparkListener(this);
  }
}
