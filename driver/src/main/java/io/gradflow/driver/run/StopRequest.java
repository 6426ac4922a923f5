package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.util.function.BooleanSupplier;

/**
 * Somebody's wish that a run end soon: training finishes its step and saves its state; what comes
 * before training, and can be done again, is cut short. Any thread may ask.
 */
public final class StopRequest implements BooleanSupplier {
  private boolean requested;
  private Runnable cut = () -> {};

  /** Asks; more than once is the same. */
  public void request() {
    Runnable action;
    synchronized (this) {
      requested = true;
      action = cut;
    }
    action.run();
  }

  @Override
  public synchronized boolean getAsBoolean() {
    return requested;
  }

  /** Work that can be done again. */
  @FunctionalInterface
  interface Work<T> {
    T run();
  }

  /**
   * Does work that is cut short when somebody asks.
   *
   * @param cutting what makes the work fail soon; called on another thread
   * @throws GradflowException STOPPED if somebody has asked
   */
  <T> T during(Work<T> work, Runnable cutting) {
    synchronized (this) {
      cut = cutting;
    }
    try {
      requireNone(null);
      return work.run();
    } catch (RuntimeException e) {
      requireNone(e);
      throw e;
    } finally {
      synchronized (this) {
        cut = () -> {};
      }
    }
  }

  private void requireNone(Throwable cause) {
    if (getAsBoolean()) {
      throw new GradflowException(
          ExitCode.STOPPED, "stopped on request before the first step; nothing is lost", cause);
    }
  }
}
