package io.gradflow.bench;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.data.PackedShard;
import io.gradflow.common.message.Split;
import io.gradflow.driver.health.ActivationProbe;
import io.gradflow.driver.health.HealthReport;
import io.gradflow.driver.health.LearningHealth;
import io.gradflow.driver.step.InProcessSteps;
import io.gradflow.worker.replica.RunSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A look at how well a network learns against a step of its training, one thread each: at every
 * 100th step, as by default, it adds as many percent as the ratio says.
 *
 * <p>Arguments: workloads, {@code small mlp} unless given.
 */
public final class HealthBench {
  private static final int ROWS = 64;

  private HealthBench() {}

  public static void main(String[] args) throws IOException {
    for (String name : args.length > 0 ? List.of(args) : List.of("small", "mlp")) {
      Workload workload = Workload.of(name);
      ExampleSchema schema = GradflowStep.schema(workload);
      RunSpec run = GradflowStep.run(workload, Numerics.PORTABLE, 1, schema);
      List<PackedShard> shards = GradflowStep.shards(workload, run);
      MiniBatch rows = new MiniBatch(schema, ROWS);
      shards.get(0).read(0, ROWS, rows);
      InProcessSteps steps = new InProcessSteps(run, Map.of(Split.TRAIN, shards), 1);
      try (GradflowStep step = new GradflowStep("a step", run, steps, 1)) {
        new Contest(2, 0.5, 8).run(name, step, new Look(workload, schema, rows));
      }
    }
  }

  private static final class Look implements Contestant {
    private final LearningHealth health;
    private final float[] weights;
    private final float[] gradient;
    private HealthReport report;
    private long step;

    Look(Workload workload, ExampleSchema schema, MiniBatch rows) {
      this.weights = new float[workload.network().layout().size()];
      workload.network().initialize(GradflowStep.SEED, weights);
      this.gradient = weights.clone();
      this.health =
          new LearningHealth(
              workload.network().layout(),
              1,
              Optional.of(new ActivationProbe(workload.network(), schema, rows)));
    }

    @Override
    public String name() {
      return "a look";
    }

    @Override
    public void step() {
      health.before(weights, gradient, 1);
      report = health.after(++step, weights, 1);
    }

    @Override
    public String evidence() {
      return report.layers().get(0).toString();
    }
  }
}
