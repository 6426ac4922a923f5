package io.gradflow.driver.step;

/** When the tasks of one step have answered. Safe for several threads. */
final class Answers {
  private long first;
  private long last;
  private boolean any;

  /** Forgets what was heard. */
  synchronized void reset() {
    any = false;
  }

  /** A task answers now. */
  synchronized void heard() {
    last = System.nanoTime();
    if (!any) {
      first = last;
      any = true;
    }
  }

  /** From the first answer to the last; 0 if there was none. */
  synchronized long spreadNanos() {
    return any ? last - first : 0;
  }
}
