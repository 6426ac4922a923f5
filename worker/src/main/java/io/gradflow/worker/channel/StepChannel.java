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

  /** Fetches floats that another process holds ready, as many as the array takes. */
  void fetch(BlockRef block, float[] into) throws InterruptedException;

  /** Where this task runs. */
  String executorId();

  @Override
  void close();
}
