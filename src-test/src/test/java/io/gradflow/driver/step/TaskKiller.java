package io.gradflow.driver.step;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskKilled;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** Kills every so manieth task of an application soon after it has started, as a person would. */
final class TaskKiller extends SparkListener implements AutoCloseable {
  private final SparkContext spark;
  private final int every;
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicInteger killed = new AtomicInteger();

  TaskKiller(SparkContext spark, int every) {
    this.spark = spark;
    this.every = every;
    spark.addSparkListener(this);
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    if (started.incrementAndGet() % every == 0) {
      spark.killTaskAttempt(start.taskInfo().taskId(), true, "killed by the test");
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.reason() instanceof TaskKilled) {
      killed.incrementAndGet();
    }
  }

  /** Tasks that had not ended by themselves when the order came. */
  int killed() {
    return killed.get();
  }

  @Override
  public void close() {
    spark.removeSparkListener(this);
  }
}
