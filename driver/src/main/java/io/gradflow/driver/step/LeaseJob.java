package io.gradflow.driver.step;

import io.gradflow.common.data.BatchPlan;
import io.gradflow.common.message.StepId;
import io.gradflow.worker.task.LeaseRdd;
import io.gradflow.worker.task.ResidentTask;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import scala.runtime.BoxedUnit;

/**
 * The Spark job of one lease, on a thread of its own that inherits the local properties of the one
 * that starts it, e.g. its scheduler pool.
 */
final class LeaseJob {
  private final Thread thread;

  private LeaseJob(Thread thread) {
    this.thread = thread;
  }

  /** {@code epoch 3, steps 1200-1480}; counted from 1, as reports do. What Spark's UI shows. */
  static String description(BatchPlan plan, StepId id, long end) {
    int perEpoch = Math.max(1, plan.stepsPerEpoch());
    long first = id.step() / perEpoch + 1;
    long last = (end - 1) / perEpoch + 1;
    return (first == last ? "epoch " + first : "epochs " + first + "-" + last)
        + ", steps "
        + (id.step() + 1)
        + "-"
        + end;
  }

  /**
   * Starts it.
   *
   * @param description that Spark's UI shows
   * @param microShards of the run
   * @param ended takes why the job has failed, or null, on the job's thread
   */
  static LeaseJob start(
      SparkContext spark,
      long lease,
      LeaseRdd rdd,
      ResidentTask task,
      String description,
      int microShards,
      Consumer<Throwable> ended) {
    BoxedUnit[] results = new BoxedUnit[rdd.getNumPartitions()];
    Runnable job =
        () -> {
          Throwable failure = null;
          try {
            spark.setJobDescription(description);
            SparkJobs.run(
                spark, rdd, task, new KeepByPartition<>(results), BoxedUnit.class, microShards);
          } catch (Throwable e) {
            failure = e;
          }
          ended.accept(failure);
        };
    Thread thread = new Thread(job, "gradflow-lease-" + lease);
    thread.setDaemon(true);
    thread.start();
    return new LeaseJob(thread);
  }

  /**
   * Cancels the job and waits, within limits, until none of its tasks is left. The interruption of
   * the caller is kept for later.
   */
  void cancel(long timeoutMs) {
    thread.interrupt();
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(timeoutMs);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
