package io.gradflow.worker.replica;

import io.gradflow.worker.replica.Assembly.Part;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;

/**
 * Assembles the next minibatch while the last one is computed, on another thread, with two batches
 * that change places. What comes next is a guess that is checked: a wrong one costs time and
 * changes nothing.
 *
 * <p>Reading ahead pays where assembling takes a noticeable share of the time, and either waits for
 * the disk or finds a core that nobody computes on; otherwise it only takes turns with computing,
 * so it is left out. Both are measured as training goes. No bit depends on it.
 *
 * <p>Used by one thread; its helper works between {@link #start} and the next {@link #take}.
 */
final class ReadAhead implements Runnable {
  /** Share of the time that assembling must take. */
  private static final double NOTICEABLE = 0.02;

  /** Share of its time that assembling must spend off the processor to count as waiting. */
  private static final double WAITING = 0.5;

  private static final double SMOOTHING = 1.0 / 16;
  private static final int PROBE_EVERY = 16;

  /** When to read ahead. */
  enum When {
    NEVER,
    WHEN_IT_PAYS,
    ALWAYS
  }

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final Executor helper;
  private final BooleanSupplier idleCore;
  private final When when;
  private Assembly front;
  private Assembly back;
  private Part ahead;
  private boolean running;

  private long returnedAt;
  private double fillNanos;
  private double computeNanos;
  private double waitingShare;
  private int fills;
  private long helperNanos;
  private long waitedNanos;
  private long computedNanos;

  /**
   * @param helper runs what is read ahead
   * @param idleCore whether a core is idle while this replica computes
   */
  ReadAhead(Assembly one, Assembly other, Executor helper, BooleanSupplier idleCore, When when) {
    this.front = one;
    this.back = other;
    this.helper = helper;
    this.idleCore = idleCore;
    this.when = when;
  }

  /** An assembly that holds the part; the caller's until the next call. */
  Assembly take(Part wanted) {
    long start = System.nanoTime();
    computed(start);
    awaitHelper();
    if (back.holds(wanted)) {
      Assembly filled = back;
      back = front;
      front = filled;
      back.clear();
      measured(helperNanos);
    } else {
      boolean probe = fills++ % PROBE_EVERY == 0;
      long cpu = probe ? threads.getCurrentThreadCpuTime() : 0;
      front.fill(wanted);
      long nanos = System.nanoTime() - start;
      if (probe) {
        double busy = threads.getCurrentThreadCpuTime() - cpu;
        waitingShare += (1 - Math.min(1, busy / nanos) - waitingShare) * SMOOTHING * 4;
      }
      measured(nanos);
    }
    returnedAt = System.nanoTime();
    waitedNanos += returnedAt - start;
    return front;
  }

  /** The front assembly, for other use; what is read ahead stays. */
  Assembly other() {
    front.clear();
    returnedAt = 0;
    return front;
  }

  /** Whether reading ahead is worth while now. */
  boolean pays() {
    return when == When.ALWAYS
        || (when == When.WHEN_IT_PAYS
            && fillNanos > NOTICEABLE * (fillNanos + computeNanos)
            && (waitingShare > WAITING || idleCore.getAsBoolean()));
  }

  /** Begins to assemble what is probably wanted next; to be asked for only if it {@link #pays}. */
  void start(Part next) {
    synchronized (this) {
      ahead = next;
      running = true;
    }
    try {
      helper.execute(this);
    } catch (RejectedExecutionException e) {
      ended();
    }
  }

  @Override
  public void run() {
    long start = System.nanoTime();
    try {
      back.fill(ahead);
    } catch (RuntimeException e) {
      // Whoever wants the part meets the fault himself; it may be a shard that nobody needs now.
      back.clear();
    }
    helperNanos = System.nanoTime() - start;
    ended();
  }

  /** Nanoseconds that computing has waited for its data, and that it took; since the start. */
  long waitedNanos() {
    return waitedNanos;
  }

  long computedNanos() {
    return computedNanos;
  }

  /** Notes the time since the last batch was taken; long pauses are not computing. */
  private void computed(long now) {
    if (returnedAt > 0) {
      computeNanos += (now - returnedAt - computeNanos) * SMOOTHING;
      computedNanos += now - returnedAt;
    }
  }

  private void measured(long nanos) {
    fillNanos += (nanos - fillNanos) * SMOOTHING;
  }

  private synchronized void ended() {
    running = false;
    notifyAll();
  }

  private synchronized void awaitHelper() {
    boolean interrupted = false;
    while (running) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
