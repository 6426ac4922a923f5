package io.gradflow.worker.task;

import io.gradflow.common.message.StepId;
import io.gradflow.worker.replica.StepCompute;
import io.gradflow.worker.shard.ShardGroup;
import java.io.Serializable;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** Computes a step once more to name what is not finite; empty text if everything is. */
public final class NonFiniteTask
    extends AbstractFunction2<TaskContext, Iterator<ShardGroup>, String> implements Serializable {
  private static final long serialVersionUID = 1;

  private final RunHandle run;
  private final WeightsHandle weights;
  private final StepId id;

  public NonFiniteTask(RunHandle run, WeightsHandle weights, StepId id) {
    this.run = run;
    this.weights = weights;
    this.id = id;
  }

  @Override
  public String apply(TaskContext context, Iterator<ShardGroup> groups) {
    ShardGroup group = groups.next();
    try (StepCompute compute = new StepCompute(run.pool(), group.from(), group.to(), 1)) {
      return compute.nonFinite(id, weights.weights(), group::shard).orElse("");
    }
  }
}
