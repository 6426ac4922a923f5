package io.gradflow.driver.step;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.Split;
import io.gradflow.worker.replica.RunSpec;
import io.gradflow.worker.shard.ShardGroup;
import io.gradflow.worker.task.ReleaseTask;
import io.gradflow.worker.task.RunHandle;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * One run on one Spark application: what executors are told once, and where its rows are. Closing
 * it has executors let go of what they keep for the run.
 */
final class ExecutorRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorRun.class);
  private static final AtomicLong RUNS = new AtomicLong();

  // Executors that hang, or slots that others hold, must not keep a finished run from ending.
  private static final long RELEASE_MILLIS = 10_000;

  private final SparkContext spark;
  private final RunSpec spec;
  private final Map<Split, ShardSource> sources;
  private final Broadcast<String> specJson;
  private final RunHandle handle;

  ExecutorRun(SparkContext spark, RunSpec spec, Map<Split, ShardSource> sources) {
    if (!sources.containsKey(Split.TRAIN)) {
      throw new IllegalArgumentException("the run has no " + Split.TRAIN + " rows");
    }
    requireRegistrator(spark.conf());
    this.spark = spark;
    this.spec = spec;
    this.sources = new EnumMap<>(sources);
    this.specJson = spark.broadcast(spec.toJson(), ClassTag$.MODULE$.apply(String.class));
    this.handle =
        new RunHandle(
            spark.applicationId() + "/" + RUNS.incrementAndGet(),
            specJson,
            spark.conf().getInt("spark.task.cpus", 1));
  }

  RunSpec spec() {
    return spec;
  }

  RunHandle handle() {
    return handle;
  }

  /** A number that no other run of the application has, and that names its blocks. */
  long broadcastId() {
    return specJson.id();
  }

  /** The rows of every split, for so many tasks. */
  Map<Split, RDD<ShardGroup>> shards(int tasks) {
    Map<Split, RDD<ShardGroup>> shards = new EnumMap<>(Split.class);
    sources.forEach((split, source) -> shards.put(split, source.over(tasks)));
    return shards;
  }

  /**
   * @throws IllegalArgumentException if the run has no such split
   */
  void requireSplit(Split split) {
    if (!sources.containsKey(split)) {
      throw new IllegalArgumentException("the run has no " + split + " rows");
    }
  }

  /** {@code 3 tasks of 1 thread}. */
  String describe(int tasks) {
    int threads = handle.threads();
    return tasks
        + (tasks == 1 ? " task of " : " tasks of ")
        + threads
        + (threads == 1 ? " thread" : " threads");
  }

  /** Without it Kryo fails on records in the middle of a step, with words that help nobody. */
  private static void requireRegistrator(SparkConf conf) {
    boolean kryo = conf.get("spark.serializer", "").endsWith("KryoSerializer");
    String ours = SparkSettings.REGISTRATOR;
    if (kryo && !conf.get("spark.kryo.registrator", "").contains(ours)) {
      throw new GradflowException(
          ExitCode.USAGE,
          "this Spark application uses Kryo without Gradflow's messages; set"
              + " spark.kryo.registrator="
              + ours
              + " before it starts");
    }
  }

  @Override
  public void close() {
    if (spark.isStopped()) {
      return;
    }
    try {
      int tasks = Math.min(spec.microShards(), SparkSlots.count(spark));
      SparkJobs.run(
          spark,
          sources.get(Split.TRAIN).over(Math.max(1, tasks)),
          new ReleaseTask(handle.runId()),
          new KeepByPartition<>(new BoxedUnit[Math.max(1, tasks)]),
          BoxedUnit.class,
          spec.microShards(),
          new StepDeadline("end of the run", RELEASE_MILLIS));
      specJson.destroy();
    } catch (RuntimeException e) {
      // The run's result is whole without it; executors end with the application.
      LOG.debug("executors were not told that run {} is over", handle.runId(), e);
    }
  }
}
