package io.gradflow.worker.channel;

import io.gradflow.common.message.BlockRef;
import io.gradflow.common.message.StepCommand;
import io.gradflow.common.message.StepCommand.Kind;
import io.gradflow.common.message.TaskReport;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A line to a driver in the same process, without Spark; everything passes by reference. */
public final class InProcessStepChannel implements StepChannel {
  private final BiConsumer<TaskReport, Consumer<StepCommand>> driver;
  private final String executorId;
  private final long pollMillis;

  /**
   * @param driver takes a report and where the answer goes
   * @param pollMillis how long to wait for an answer
   */
  public InProcessStepChannel(
      BiConsumer<TaskReport, Consumer<StepCommand>> driver, String executorId, long pollMillis) {
    this.driver = driver;
    this.executorId = executorId;
    this.pollMillis = pollMillis;
  }

  @Override
  public StepCommand exchange(TaskReport report) throws InterruptedException {
    // A queue of its own for each report: an answer that comes too late is nobody's.
    BlockingQueue<StepCommand> answer = new ArrayBlockingQueue<>(1);
    driver.accept(report, answer::offer);
    StepCommand command = answer.poll(pollMillis, TimeUnit.MILLISECONDS);
    return command == null ? StepCommand.bare(Kind.WAIT) : command;
  }

  @Override
  public boolean await(BlockRef block, long version) {
    return true;
  }

  @Override
  public boolean fetch(BlockRef block, long version, float[] into) {
    throw new IllegalStateException("nothing is sent as a block within one process: " + block);
  }

  @Override
  public boolean sharesFiles() {
    return false;
  }

  @Override
  public String executorId() {
    return executorId;
  }

  @Override
  public void close() {}
}
