package io.gradflow.driver.run;

import io.gradflow.common.error.GradflowException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads for trials, which begin in the order in which they are given. Closing interrupts all. */
final class TrialThreads implements AutoCloseable {
  private final ExecutorService threads;

  TrialThreads(int atOnce) {
    this.threads = Executors.newFixedThreadPool(atOnce, TrialThreads::daemon);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "gradflow-trial");
    thread.setDaemon(true);
    return thread;
  }

  Future<?> submit(Callable<?> trial) {
    return threads.submit(trial);
  }

  /** Waits for a trial, and throws what it has thrown. */
  static void await(Future<?> trial) {
    try {
      trial.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      CancellationException cancelled = new CancellationException("interrupted in a search");
      cancelled.initCause(e);
      throw cancelled;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GradflowException known) {
        throw new GradflowException(known.code(), known.getMessage(), known);
      }
      throw new IllegalStateException("a trial failed", e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
