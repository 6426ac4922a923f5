package io.gradflow.worker.task;

import io.gradflow.worker.replica.ReplicaPool;
import io.gradflow.worker.shard.ShardGroup;
import java.io.Serializable;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** Lets go of what the process that it happens to run in keeps for a run. */
public final class ReleaseTask
    extends AbstractFunction2<TaskContext, Iterator<ShardGroup>, BoxedUnit>
    implements Serializable {
  private static final long serialVersionUID = 1;

  private final String runId;

  public ReleaseTask(String runId) {
    this.runId = runId;
  }

  @Override
  public BoxedUnit apply(TaskContext context, Iterator<ShardGroup> groups) {
    ReplicaPool.release(runId);
    return BoxedUnit.UNIT;
  }
}
