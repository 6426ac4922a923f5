package io.gradflow.common.message;

import java.io.Serializable;

/**
 * Where a task spent its time in one step, in nanoseconds of its own clock.
 *
 * @param weightsNanos fetching and installing weights
 * @param computeNanos forward, loss and backward of its micro-shards, and adding them up
 * @param waitNanos from its last push to the command that ended the waiting; 0 where a step is a
 *     job
 */
public record TaskTimings(long weightsNanos, long computeNanos, long waitNanos)
    implements Serializable {
  public static final TaskTimings NONE = new TaskTimings(0, 0, 0);
}
