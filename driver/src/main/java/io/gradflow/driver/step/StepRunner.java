package io.gradflow.driver.step;

import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import java.util.Optional;

/**
 * One step on the cluster: weights in, the sum over the step's rows out. Every implementation gives
 * the same bits for the same run, on any number of tasks and threads, whatever was lost and done
 * again on the way.
 *
 * <p>Called by one thread, the trainer's. The weights' array is read, not copied, until a call
 * returns; between calls nobody reads it. Calls answer interruption by {@link
 * java.util.concurrent.CancellationException} with the interrupt flag set, leaving nothing running.
 */
public interface StepRunner extends AutoCloseable {
  /**
   * The sum over all rows of a step. Its gradient may be changed by the caller and is valid until
   * the next call.
   *
   * @throws io.gradflow.common.error.GradflowException if a task fails for good
   */
  StepSum run(StepId id, Weights weights);

  /**
   * Says that the next call will be {@link #run} with this step and weights of this version, while
   * the caller still updates them: what it takes to tell everyone can then be done meanwhile. A
   * hint: another call may come instead, somewhat later than without.
   */
  default void announce(StepId id, long weightsVersion) {}

  /**
   * Loss and metric sums over all rows of a split; no gradient.
   *
   * @throws IllegalArgumentException if the run has no such split
   */
  SubtreeSum evaluate(Split split, Weights weights);

  /**
   * Where the numbers of a step stop being finite: computes the step once more, one micro-shard
   * after the other, and names the first parameter (or the loss) that is not finite, and its
   * micro-shard. Empty if every micro-shard is finite, so that only adding them up overflowed.
   */
  Optional<String> nonFinite(StepId id, Weights weights);

  /** How steps reach the executors, and why so, in one sentence. */
  String description();

  /** Ends tasks, releases what executors hold for the run. */
  @Override
  void close();
}
