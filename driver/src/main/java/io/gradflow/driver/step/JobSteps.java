package io.gradflow.driver.step;

import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.reduce.StepReduction;
import io.gradflow.worker.replica.RunSpec;
import io.gradflow.worker.shard.ShardGroup;
import io.gradflow.worker.task.EvaluateTask;
import io.gradflow.worker.task.GradientTask;
import io.gradflow.worker.task.NonFiniteTask;
import io.gradflow.worker.task.ReleaseTask;
import io.gradflow.worker.task.RunHandle;
import io.gradflow.worker.task.WeightsHandle;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

  private static final Logger LOG = LoggerFactory.getLogger(JobSteps.class);
  private static final AtomicLong RUNS = new AtomicLong();

  private final SparkContext spark;
  private final Map<Split, RDD<ShardGroup>> shards;
  private final int tasks;
  private final RunHandle run;
  private final Broadcast<String> specJson;
  private final StepReduction reduction;

  /**
   * @param shards the run's splits, each cut into the spec's micro-shards; TRAIN is needed
   * @param tasks to divide the micro-shards among, at most as many as there are micro-shards
   */
  public JobSteps(SparkContext spark, RunSpec spec, Map<Split, ShardSource> shards, int tasks) {
    this.spark = spark;
    this.tasks = Math.max(1, Math.min(tasks, spec.microShards()));
    this.shards = new EnumMap<>(Split.class);
    shards.forEach((split, source) -> this.shards.put(split, source.over(this.tasks)));
    Objects.requireNonNull(this.shards.get(Split.TRAIN), "training shards");
    this.specJson = spark.broadcast(spec.toJson(), ClassTag$.MODULE$.apply(String.class));
    int threads = spark.conf().getInt("spark.task.cpus", 1);
    this.run =
        new RunHandle(spark.applicationId() + "/" + RUNS.incrementAndGet(), specJson, threads);
    this.reduction =
        new StepReduction(
            spec.microShards(),
            spec.network().layout().size(),
            spec.metricSet().sumCount(),
            spent -> {});
  }

  @Override
  public StepSum run(StepId id, Weights weights) {
    long start = System.nanoTime();
    try (ShippedWeights shipped = new ShippedWeights(weights)) {
      long shippedNanos = System.nanoTime() - start;
      reduction.begin(weights.version(), true);
      FoldSums fold = new FoldSums(reduction);
      runJob(Split.TRAIN, new GradientTask(run, shipped.handle, id), fold, StepSums.class);
      SubtreeSum sum = reduction.take();
      return new StepSum(
          sum,
          tasks,
          fold.slowest().computeNanos(),
          shippedNanos + fold.slowest().weightsNanos(),
          reduction.lastNanos(),
          System.nanoTime() - start);
    }
  }

  @Override
  public SubtreeSum evaluate(Split split, Weights weights) {
    try (ShippedWeights shipped = new ShippedWeights(weights)) {
      reduction.begin(weights.version(), false);
      runJob(split, new EvaluateTask(run, shipped.handle), new FoldSums(reduction), StepSums.class);
      return reduction.take();
    }
  }

  @Override
  public Optional<String> nonFinite(StepId id, Weights weights) {
    try (ShippedWeights shipped = new ShippedWeights(weights)) {
      String[] culprits = new String[tasks];
      runJob(
          Split.TRAIN,
          new NonFiniteTask(run, shipped.handle, id),
          new KeepByPartition<>(culprits),
          String.class);
      return Arrays.stream(culprits).filter(culprit -> !culprit.isEmpty()).findFirst();
    }
  }

  @Override
  public String description() {
    return "a Spark job a step, " + tasks + (tasks == 1 ? " task of " : " tasks of ") + threads();
  }

  private String threads() {
    return run.threads() == 1 ? "1 thread" : run.threads() + " threads";
  }

  @Override
  public void close() {
    if (!spark.isStopped()) {
      try {
        runJob(
            Split.TRAIN,
            new ReleaseTask(run.runId()),
            new KeepByPartition<>(new BoxedUnit[tasks]),
            BoxedUnit.class);
        specJson.destroy();
      } catch (RuntimeException e) {
        // The run's result is whole without it, and executors let go of old runs by themselves.
        LOG.debug("executors were not told that run {} is over", run.runId(), e);
      }
    }
  }

  private <U> void runJob(
      Split split,
      Function2<TaskContext, Iterator<ShardGroup>, U> task,
      Function2<Object, U, BoxedUnit> handler,
      Class<U> result) {
    RDD<ShardGroup> rdd = shards.get(split);
    if (rdd == null) {
      throw new IllegalArgumentException("the run has no " + split + " rows");
    }
    SparkJobs.run(spark, rdd, task, handler, result);
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
