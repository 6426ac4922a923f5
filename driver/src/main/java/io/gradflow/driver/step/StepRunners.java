package io.gradflow.driver.step;

import io.gradflow.common.data.PackedShard;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.Split;
import io.gradflow.worker.replica.RunSpec;
import io.gradflow.worker.shard.ShardGroup;
import io.gradflow.worker.task.HandOverTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses how steps reach the executors. */
public final class StepRunners {
  /** The cluster's default for jobs that leave the choice to Gradflow: a kind in lower camel. */
  public static final String SETTING = "spark.gradflow.stepRunner";

  private static final Logger LOG = LoggerFactory.getLogger(StepRunners.class);

  // Weights travel as one block, and a block is one buffer.
  private static final int MAX_RESIDENT_PARAMETERS = 1 << 28;

  private StepRunners() {}

  /**
   * Chooses, and says why. What AUTO chooses depends on the application alone, so that the choice
   * can stand in a manifest before the first step.
   *
   * @param kind as the job asks for; AUTO asks the setting {@value #SETTING}, then takes resident
   *     tasks where they work and a Spark job a step where they do not
   * @param parameters floats of the weights
   */
  public static StepChoice choose(StepRunnerKind kind, SparkContext spark, int parameters) {
    if (kind != StepRunnerKind.AUTO) {
      return new StepChoice(kind, "as train.stepRunner says");
    }
    StepRunnerKind byDefault = clusterDefault(spark);
    if (byDefault != StepRunnerKind.AUTO) {
      return new StepChoice(byDefault, "as " + SETTING + " says");
    }
    if (parameters > MAX_RESIDENT_PARAMETERS) {
      return new StepChoice(
          StepRunnerKind.JOB,
          "auto: " + parameters + " parameters are too many for resident tasks");
    }
    try {
      SparkStepEndpoint.proveItWorks(spark);
      return new StepChoice(
          StepRunnerKind.RESIDENT, "auto: this Spark's messages and blocks work as expected");
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("a Spark job a step: resident tasks do not work with this Spark", e);
      return new StepChoice(
          StepRunnerKind.JOB, "auto: resident tasks do not work with this Spark: " + e);
    }
  }

  /**
   * A runner for a run.
   *
   * @param choice whose reason becomes part of the runner's description
   * @param sources the run's splits, TRAIN among them
   * @param tasks at most; as many as run at once if left out
   * @param stepTimeout how long a step may take; the cluster's setting if left out
   * @throws GradflowException if the kind asked for does not work here
   */
  public static StepRunner create(
      StepChoice choice,
      SparkContext spark,
      RunSpec spec,
      Map<Split, ShardSource> sources,
      Optional<Integer> tasks,
      Optional<Duration> stepTimeout) {
    StepSettings settings = StepSettings.from(spark.conf()).withStepTimeout(stepTimeout);
    StepRunner steps =
        switch (choice.kind()) {
          case RESIDENT -> resident(spark, spec, sources, settings, tasks);
          case JOB -> job(spark, spec, sources, settings, tasks);
          case IN_PROCESS -> inProcess(spark, spec, sources, tasks);
          case AUTO -> throw new IllegalStateException("nothing is chosen");
        };
    return new ExplainedSteps(steps, choice.why());
  }

  private static StepRunner resident(
      SparkContext spark,
      RunSpec spec,
      Map<Split, ShardSource> sources,
      StepSettings settings,
      Optional<Integer> tasks) {
    return new ResidentSteps(spark, spec, sources, settings, tasks.orElse(spec.microShards()));
  }

  private static StepRunner job(
      SparkContext spark,
      RunSpec spec,
      Map<Split, ShardSource> sources,
      StepSettings settings,
      Optional<Integer> tasks) {
    return new JobSteps(
        spark, spec, sources, settings, tasks.orElseGet(() -> SparkSlots.count(spark)));
  }

  private static StepRunner inProcess(
      SparkContext spark, RunSpec spec, Map<Split, ShardSource> sources, Optional<Integer> tasks) {
    if (!spark.isLocal()) {
      throw new GradflowException(
          ExitCode.BAD_JOB,
          "stepRunner: inProcess trains in the driver alone, but the master is "
              + spark.master()
              + "; use a local master, or stepRunner: auto");
    }
    Map<Split, List<PackedShard>> shards = new EnumMap<>(Split.class);
    sources.forEach((split, source) -> shards.put(split, packed(spark, spec, source)));
    return new InProcessSteps(spec, shards, tasks.orElseGet(() -> SparkSlots.count(spark)));
  }

  private static List<PackedShard> packed(SparkContext spark, RunSpec spec, ShardSource source) {
    ShardGroup group =
        HandOverTask.take(
            task ->
                SparkJobs.run(
                    spark,
                    source.over(1),
                    task,
                    new KeepByPartition<>(new String[1]),
                    String.class,
                    spec.microShards()));
    List<PackedShard> shards = new ArrayList<>();
    for (int m = 0; m < spec.microShards(); m++) {
      shards.add(group.shard(m));
    }
    return shards;
  }

  private static StepRunnerKind clusterDefault(SparkContext spark) {
    String name = spark.conf().get(SETTING, "auto");
    for (StepRunnerKind kind : StepRunnerKind.values()) {
      if (StepChoice.word(kind).equalsIgnoreCase(name)) {
        return kind;
      }
    }
    throw new GradflowException(
        ExitCode.USAGE, SETTING + "=" + name + "; expected auto, resident, job or inProcess");
  }
}
