package io.gradflow.worker.channel;

import io.gradflow.common.message.BlockRef;
import io.gradflow.common.message.StepCommand;
import io.gradflow.common.message.TaskReport;

/** A resident task's line to the driver. Used by one thread. */
public interface StepChannel extends AutoCloseable {
  /**
   * Reports, and waits for the next command; {@code WAIT} if none has come in good time, so that a
   * task that hears nothing asks again.
   *
   * @throws InterruptedException if the task is being killed
   */
  StepCommand exchange(TaskReport report) throws InterruptedException;

  /**
   * Waits for weights that the driver may have announced before it has them; does not wait for
   * those it holds ready.
   *
   * @return false if they do not come in good time
   */
  boolean await(BlockRef block, long version) throws InterruptedException;

  /**
   * Fetches weights that the driver holds ready, as many as the array takes.
   *
   * @param version of the weights
   * @return false if other weights are there by now: nothing of use is in the array then
   */
  boolean fetch(BlockRef block, long version, float[] into) throws InterruptedException;

  /** Whether this process and the driver map the same files. */
  boolean sharesFiles();

  /** Where this task runs. */
  String executorId();

  @Override
  void close();
}
