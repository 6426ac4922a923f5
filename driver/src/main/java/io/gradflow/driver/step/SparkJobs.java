package io.gradflow.driver.step;

import io.gradflow.common.error.GradflowException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Function2;
import scala.collection.Iterator;
import scala.collection.immutable.Range$;
import scala.collection.immutable.Seq;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * Runs a job over all partitions; interruption and a deadline cancel it, a task's failure is put
 * into words by {@link JobFailure}.
 */
final class SparkJobs {
  private static final Logger LOG = LoggerFactory.getLogger(SparkJobs.class);
  private static final AtomicLong TAGS = new AtomicLong();
  private static final ScheduledThreadPoolExecutor CLOCK = clock();

  private SparkJobs() {}

  private static ScheduledThreadPoolExecutor clock() {
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(
            1,
            runnable -> {
              Thread thread = new Thread(runnable, "gradflow-job-deadlines");
              thread.setDaemon(true);
              return thread;
            });
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }

  /**
   * As {@link #run(SparkContext, RDD, Function2, Function2, Class, int)}, within limits.
   *
   * @param microShards that the partitions share, to name those of tasks that fail or are waited
   *     for
   * @throws GradflowException naming them, when the deadline has passed; the job is cancelled
   */
  static <T, U> void run(
      SparkContext spark,
      RDD<T> rdd,
      Function2<TaskContext, Iterator<T>, U> task,
      Function2<Object, U, BoxedUnit> handler,
      Class<U> result,
      int microShards,
      StepDeadline deadline) {
    String tag = "gradflow-deadline-" + TAGS.incrementAndGet();
    AtomicReference<List<String>> awaited = new AtomicReference<>();
    Future<?> cancelling =
        CLOCK.schedule(
            () -> {
              awaited.set(SparkTasks.unfinished(spark, tag, rdd.getNumPartitions(), microShards));
              spark.cancelJobsWithTag(tag);
            },
            deadline.millis(),
            TimeUnit.MILLISECONDS);
    long start = System.nanoTime();
    Future<?> noticing =
        CLOCK.scheduleWithFixedDelay(
            () ->
                LOG.warn(
                    "{}",
                    deadline.waiting(
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
                        SparkTasks.unfinished(spark, tag, rdd.getNumPartitions(), microShards))),
            StepDeadline.NOTICE_MILLIS,
            StepDeadline.NOTICE_MILLIS,
            TimeUnit.MILLISECONDS);
    spark.addJobTag(tag);
    try {
      run(spark, rdd, task, rdd.getNumPartitions(), handler, result, microShards);
    } catch (GradflowException e) {
      if (awaited.get() != null) {
        GradflowException exceeded = deadline.exceeded(awaited.get());
        exceeded.addSuppressed(e);
        throw exceeded;
      }
      throw e;
    } finally {
      cancelling.cancel(false);
      noticing.cancel(false);
      spark.removeJobTag(tag);
    }
  }

  /**
   * Runs a job over all partitions.
   *
   * @param microShards that the partitions share, to name those of a task that fails
   */
  static <T, U> void run(
      SparkContext spark,
      RDD<T> rdd,
      Function2<TaskContext, Iterator<T>, U> task,
      Function2<Object, U, BoxedUnit> handler,
      Class<U> result,
      int microShards) {
    run(spark, rdd, task, rdd.getNumPartitions(), handler, result, microShards);
  }

  /** As {@link #run}, over the first partition alone. */
  static <T, U> void runFirst(
      SparkContext spark,
      RDD<T> rdd,
      Function2<TaskContext, Iterator<T>, U> task,
      Function2<Object, U, BoxedUnit> handler,
      Class<U> result) {
    run(spark, rdd, task, 1, handler, result, 0);
  }

  private static <T, U> void run(
      SparkContext spark,
      RDD<T> rdd,
      Function2<TaskContext, Iterator<T>, U> task,
      int partitions,
      Function2<Object, U, BoxedUnit> handler,
      Class<U> result,
      int microShards) {
    String tag = "gradflow-" + TAGS.incrementAndGet();
    spark.addJobTag(tag);
    try {
      spark.runJob(rdd, task, partitions(partitions), handler, ClassTag$.MODULE$.apply(result));
    } catch (Throwable e) {
      // Scala throws checked exceptions undeclared.
      if (e instanceof InterruptedException) {
        spark.cancelJobsWithTag(tag);
        Thread.currentThread().interrupt();
        throw cancelled(e);
      }
      throw new JobFailure(microShards, partitions).of(e);
    } finally {
      spark.removeJobTag(tag);
    }
  }

  @SuppressWarnings("unchecked") // A range of boxed integers is a sequence of objects.
  static Seq<Object> partitions(int count) {
    return (Seq<Object>) (Seq<?>) Range$.MODULE$.apply(0, count);
  }

  static CancellationException cancelled(Throwable cause) {
    CancellationException cancelled = new CancellationException("interrupted; tasks are cancelled");
    cancelled.initCause(cause);
    return cancelled;
  }
}
