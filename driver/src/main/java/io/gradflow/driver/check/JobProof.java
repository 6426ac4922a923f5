package io.gradflow.driver.check;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.step.ShardSource;
import io.gradflow.driver.step.StepChoice;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.step.StepRunnerKind;
import io.gradflow.driver.step.StepRunners;
import io.gradflow.worker.replica.RunSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext;

/**
 * Checks a run's first step: its gradient by {@link GradientProbe}, and its bits over every way of
 * running it: threads of this process (with a local master), Spark jobs of one and of several
 * tasks, resident tasks. Where recurrent layers cut the gradient short (tbptt) it is no derivative
 * of the loss: there the whole gradient is checked, and the bits of the one that is cut.
 */
public final class JobProof {
  private static final StepId STEP = new StepId(0, 0, 0);

  private final SparkContext spark;
  private final RunSpec spec;
  private final Map<Split, ShardSource> shards;
  private final float[] weights;

  /**
   * @param weights where to check, read only
   */
  public JobProof(
      SparkContext spark, RunSpec spec, Map<Split, ShardSource> shards, float[] weights) {
    this.spark = spark;
    this.spec = spec;
    this.shards = shards;
    this.weights = weights;
  }

  private record Way(String name, StepRunnerKind kind, int tasks) {}

  /** Runs every check. */
  public CheckReport run() {
    ParamLayout layout = spec.network().layout();
    List<String> names = new ArrayList<>();
    List<String> differences = new ArrayList<>();
    List<GradientFinding> findings = List.of();
    double noise = 0;
    RunSpec whole = spec.untruncated();
    boolean truncates = !whole.network().equals(spec.network());
    StepBits expected = null;
    for (Way way : ways()) {
      try (StepRunner runner = open(way, spec);
          StepRunner probed = expected == null && truncates ? open(way, whole) : null) {
        names.add(way.name());
        Weights start = new Weights(0, weights);
        if (expected == null) {
          expected = StepBits.of(runner.run(STEP, start).sum());
          GradientProbe probe =
              new GradientProbe(truncates ? probed : runner, layout, weights, spec.seed());
          findings = probe.run();
          noise = probe.noise();
        } else {
          expected
              .difference(runner.run(STEP, start).sum(), layout)
              .ifPresent(difference -> differences.add(way.name() + ": " + difference));
        }
      }
    }
    return new CheckReport(findings, noise, truncates, names, differences);
  }

  private List<Way> ways() {
    List<Way> ways = new ArrayList<>();
    int parts = spec.microShards();
    if (spark.isLocal()) {
      ways.add(new Way("in process, 1 thread", StepRunnerKind.IN_PROCESS, 1));
      ways.add(new Way("in process, 2 threads", StepRunnerKind.IN_PROCESS, 2));
    }
    ways.add(new Way("a Spark job of 1 task", StepRunnerKind.JOB, 1));
    ways.add(new Way("a Spark job of " + parts + " tasks", StepRunnerKind.JOB, parts));
    ways.add(new Way("resident tasks", StepRunnerKind.RESIDENT, parts));
    return ways;
  }

  private StepRunner open(Way way, RunSpec run) {
    return StepRunners.create(
        new StepChoice(way.kind(), "for the check"),
        spark,
        run,
        shards,
        Optional.of(way.tasks()),
        Optional.empty());
  }
}
