package io.gradflow.worker.task;

import io.gradflow.worker.channel.ResidentLine;
import io.gradflow.worker.channel.SparkStepChannel;
import io.gradflow.worker.channel.StepChannel;
import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** A task that stays for many steps; what it does is in {@link ResidentLoop}. */
public final class ResidentTask
    extends AbstractFunction2<TaskContext, Iterator<LeaseShards>, BoxedUnit>
    implements Serializable {
  private static final long serialVersionUID = 1;

  private final RunHandle run;
  private final ResidentLine line;
  private final long lease;

  public ResidentTask(RunHandle run, ResidentLine line, long lease) {
    this.run = run;
    this.line = line;
    this.lease = lease;
  }

  @Override
  public BoxedUnit apply(TaskContext context, Iterator<LeaseShards> shards) {
    long attempt = context.taskAttemptId();
    try (StepChannel channel = new SparkStepChannel(line, attempt)) {
      ResidentLoop loop =
          new ResidentLoop(
              run.pool(),
              channel,
              shards.next(),
              new ResidentLoop.Place(lease, context.partitionId(), attempt),
              run.threads());
      if (!loop.run()) {
        throw new TaskKilledException("a newer attempt has taken this task's place");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("interrupted");
    }
    return BoxedUnit.UNIT;
  }
}
