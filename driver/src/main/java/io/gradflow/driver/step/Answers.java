package io.gradflow.driver.step;

import io.gradflow.common.message.TaskTimings;

/** When the tasks of one step have answered, and who was slow. Safe for several threads. */
final class Answers {
  private long first;
  private long last;
  private boolean any;
  private TaskTimings slowest = TaskTimings.NONE;

  /** Forgets what was heard. */
  synchronized void reset() {
    any = false;
    slowest = TaskTimings.NONE;
  }

  /** A task answers now. */
  synchronized void heard(TaskTimings timings) {
    last = System.nanoTime();
    if (!any) {
      first = last;
      any = true;
    }
    if (timings.computeNanos() > slowest.computeNanos()) {
      slowest = timings;
    }
  }

  /** The timings of the task that has computed longest; none before any has answered. */
  synchronized TaskTimings slowest() {
    return slowest;
  }

  /** From the first answer to the last; 0 if there was none. */
  synchronized long spreadNanos() {
    return any ? last - first : 0;
  }
}
