package io.gradflow.driver.step;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.Function2;
import scala.collection.Iterator;
import scala.collection.immutable.Range$;
import scala.collection.immutable.Seq;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/** Runs a job over all partitions; interruption cancels it, a task's failure keeps its cause. */
final class SparkJobs {
  private static final AtomicLong TAGS = new AtomicLong();

  private SparkJobs() {}

  static <T, U> void run(
      SparkContext spark,
      RDD<T> rdd,
      Function2<TaskContext, Iterator<T>, U> task,
      Function2<Object, U, BoxedUnit> handler,
      Class<U> result) {
    String tag = "gradflow-" + TAGS.incrementAndGet();
    spark.addJobTag(tag);
    try {
      spark.runJob(
          rdd, task, partitions(rdd.getNumPartitions()), handler, ClassTag$.MODULE$.apply(result));
    } catch (Throwable e) {
      // Scala throws checked exceptions undeclared.
      if (e instanceof InterruptedException) {
        spark.cancelJobsWithTag(tag);
        Thread.currentThread().interrupt();
        throw cancelled(e);
      }
      throw failure(e);
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

  /**
   * What to throw when a job has failed: the exception with an exit code that is its cause, if
   * there is one, so that what a task says to users reaches them in its own words.
   */
  static RuntimeException failure(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof GradflowException known) {
        return new GradflowException(known.code(), known.getMessage(), e);
      }
    }
    if (e instanceof Error error) {
      throw error;
    }
    return new GradflowException(ExitCode.INTERNAL, "a Spark job failed: " + e.getMessage(), e);
  }
}
