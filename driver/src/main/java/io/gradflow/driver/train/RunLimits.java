package io.gradflow.driver.train;

import java.time.Duration;
import java.util.Optional;

/**
 * What ends a run before its last epoch, whatever its metrics say; the epoch under way then ends
 * where it is.
 *
 * @param steps of the whole run, earlier processes included
 * @param time of this process
 */
public record RunLimits(Optional<Long> steps, Optional<Duration> time) {
  /** No limits. */
  public static final RunLimits NONE = new RunLimits(Optional.empty(), Optional.empty());

  public RunLimits {
    if (steps.isPresent() && steps.get() < 1) {
      throw new IllegalArgumentException("maxSteps " + steps.get() + "; expected at least 1");
    }
    if (time.isPresent() && time.get().toMillis() < 1) {
      throw new IllegalArgumentException("maxTime " + time.get() + "; expected at least 1ms");
    }
  }

  boolean areReached(long stepsTaken, long nanos) {
    return (steps.isPresent() && stepsTaken >= steps.get())
        || (time.isPresent() && nanos >= time.get().toNanos());
  }
}
