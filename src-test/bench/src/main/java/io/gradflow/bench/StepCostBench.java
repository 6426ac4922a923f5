package io.gradflow.bench;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.message.Split;
import io.gradflow.driver.step.InProcessSteps;
import io.gradflow.worker.replica.RunSpec;
import java.io.IOException;
import java.util.Map;

/**
 * What a step costs before it computes anything: a network of four parameters, one row a
 * micro-shard, against a Spark job that does nothing, in one session and alternating.
 *
 * <p>Argument: the master, {@code local[2]} unless given; {@code local-cluster[2,1,1024]} for two
 * executor processes.
 */
public final class StepCostBench {
  private static final Workload EMPTY = Workload.of("empty");

  private StepCostBench() {}

  public static void main(String[] args) throws IOException {
    String master = args.length > 0 ? args[0] : "local[2]";
    try (SparkRig rig = new SparkRig(master, EMPTY)) {
      RunSpec run = rig.run(Numerics.PORTABLE);
      InProcessSteps threads =
          new InProcessSteps(run, Map.of(Split.TRAIN, GradflowStep.shards(EMPTY, run)), 2);
      Contest contest = new Contest(6, 1, 10);
      try (GradflowStep job = new GradflowStep("a Spark job a step", run, rig.jobSteps(run), 1)) {
        contest.run("fixed cost of a job step, " + master, rig.bareJob(), job);
      }
      // Apart from the bare job, which would wait for the slots that resident tasks hold.
      try (GradflowStep inProcess = new GradflowStep("in process, 2 threads", run, threads, 1);
          GradflowStep resident =
              new GradflowStep("resident tasks", run, rig.residentSteps(run), 1)) {
        contest.run("fixed cost of a step without a job, " + master, inProcess, resident);
      }
    }
  }
}
