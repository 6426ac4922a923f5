package io.gradflow.worker.task;

import io.gradflow.common.message.StepId;
import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.TaskTimings;
import io.gradflow.common.message.Weights;
import io.gradflow.worker.replica.StepCompute;
import io.gradflow.worker.shard.ShardGroup;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** One step's sums over one partition's micro-shards. */
public final class GradientTask
    extends AbstractFunction2<TaskContext, Iterator<ShardGroup>, StepSums> implements Serializable {
  private static final long serialVersionUID = 1;

  private final RunHandle run;
  private final WeightsHandle weights;
  private final StepId id;

  public GradientTask(RunHandle run, WeightsHandle weights, StepId id) {
    this.run = run;
    this.weights = weights;
    this.id = id;
  }

  @Override
  public StepSums apply(TaskContext context, Iterator<ShardGroup> groups) {
    long start = System.nanoTime();
    ShardGroup group = groups.next();
    Weights current = weights.weights();
    long computing = System.nanoTime();
    try (StepCompute compute =
        new StepCompute(run.pool(), group.from(), group.to(), run.threads())) {
      // The arrays stay with the message: Spark encodes it after this method.
      List<SubtreeSum> sums = compute.gradient(id, current, group::shard);
      TaskTimings timings = new TaskTimings(computing - start, System.nanoTime() - computing, 0);
      return new StepSums(weights.version(), group.from(), group.to(), sums, timings);
    }
  }
}
