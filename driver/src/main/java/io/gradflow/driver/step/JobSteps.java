package io.gradflow.driver.step;

import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.common.parallel.BlockTeam;
import io.gradflow.driver.reduce.StepReduction;
import io.gradflow.worker.replica.RunSpec;
import io.gradflow.worker.shard.ShardGroup;
import io.gradflow.worker.task.EvaluateTask;
import io.gradflow.worker.task.GradientTask;
import io.gradflow.worker.task.NonFiniteTask;
import io.gradflow.worker.task.WeightsHandle;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.Function2;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * A Spark job a step: the reference that all other ways are held to, and the way for very large
 * models and scarce slots. Sums are folded as they arrive, small weights ride in the task, larger
 * ones are broadcast.
 */
public final class JobSteps implements StepRunner {
  /** Weights up to this size travel inside the task instead of in a broadcast of their own. */
  private static final int MAX_INLINE_FLOATS = 1 << 16;

  private final ExecutorRun run;
  private final SparkContext spark;
  private final Map<Split, RDD<ShardGroup>> shards;
  private final int tasks;
  private final long timeoutMillis;
  private final StepReduction reduction;

  /**
   * @param sources the run's splits, TRAIN among them
   * @param tasks to divide the micro-shards among, at most as many as there are micro-shards
   */
  public JobSteps(SparkContext spark, RunSpec spec, Map<Split, ShardSource> sources, int tasks) {
    this(spark, spec, sources, StepSettings.from(spark.conf()), tasks);
  }

  /**
   * @param sources the run's splits, TRAIN among them
   * @param settings of which jobs use the step timeout
   * @param tasks to divide the micro-shards among, at most as many as there are micro-shards
   */
  public JobSteps(
      SparkContext spark,
      RunSpec spec,
      Map<Split, ShardSource> sources,
      StepSettings settings,
      int tasks) {
    this.run = new ExecutorRun(spark, spec, sources);
    this.spark = spark;
    this.timeoutMillis = settings.stepTimeoutMillis();
    this.tasks = Math.max(1, Math.min(tasks, spec.microShards()));
    this.shards = run.shards(this.tasks);
    this.reduction =
        new StepReduction(
            spec.microShards(),
            spec.network().layout().size(),
            spec.metricSet().sumCount(),
            spent -> {},
            BlockTeam.alone());
  }

  @Override
  public StepSum run(StepId id, Weights weights) {
    long start = System.nanoTime();
    try (ShippedWeights shipped = new ShippedWeights(weights);
        FoldSums fold = new FoldSums(reduction)) {
      long shippedNanos = System.nanoTime() - start;
      reduction.begin(weights.version(), true);
      runJob(
          Split.TRAIN,
          StepDeadline.of(id, timeoutMillis),
          new GradientTask(run.handle(), shipped.handle, id),
          fold,
          StepSums.class);
      SubtreeSum sum = reduction.take();
      return new StepSum(
          sum,
          tasks,
          fold.slowest().computeNanos(),
          fold.waitNanos(),
          shippedNanos + fold.slowest().weightsNanos(),
          reduction.lastNanos(),
          System.nanoTime() - start);
    }
  }

  @Override
  public SubtreeSum evaluate(Split split, Weights weights) {
    try (ShippedWeights shipped = new ShippedWeights(weights);
        FoldSums fold = new FoldSums(reduction)) {
      reduction.begin(weights.version(), false);
      runJob(
          split,
          StepDeadline.of(split, timeoutMillis),
          new EvaluateTask(run.handle(), shipped.handle),
          fold,
          StepSums.class);
      return reduction.take();
    }
  }

  @Override
  public Optional<String> nonFinite(StepId id, Weights weights) {
    try (ShippedWeights shipped = new ShippedWeights(weights)) {
      String[] culprits = new String[tasks];
      runJob(
          Split.TRAIN,
          StepDeadline.of(id, timeoutMillis),
          new NonFiniteTask(run.handle(), shipped.handle, id),
          new KeepByPartition<>(culprits),
          String.class);
      return Arrays.stream(culprits).filter(culprit -> !culprit.isEmpty()).findFirst();
    }
  }

  @Override
  public String description() {
    return "a Spark job a step: " + run.describe(tasks);
  }

  @Override
  public void close() {
    run.close();
  }

  private <U> void runJob(
      Split split,
      StepDeadline deadline,
      Function2<TaskContext, Iterator<ShardGroup>, U> task,
      Function2<Object, U, BoxedUnit> handler,
      Class<U> result) {
    run.requireSplit(split);
    int microShards = run.spec().microShards();
    SparkJobs.run(spark, shards.get(split), task, handler, result, microShards, deadline);
  }

  /** Weights on their way to the tasks of one job. */
  private final class ShippedWeights implements AutoCloseable {
    final WeightsHandle handle;

    ShippedWeights(Weights weights) {
      float[] values = weights.values();
      handle =
          values.length <= MAX_INLINE_FLOATS
              ? new WeightsHandle(weights.version(), values, null)
              : new WeightsHandle(
                  weights.version(),
                  null,
                  spark.broadcast(weights, ClassTag$.MODULE$.apply(Weights.class)));
    }

    @Override
    public void close() {
      if (handle.broadcast() != null) {
        handle.broadcast().destroy();
      }
    }
  }
}
