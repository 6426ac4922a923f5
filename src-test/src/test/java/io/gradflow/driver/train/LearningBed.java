package io.gradflow.driver.train;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.Shape;
import io.gradflow.common.metric.Accuracy;
import io.gradflow.common.nn.Activation;
import io.gradflow.common.nn.BatchNorm;
import io.gradflow.common.nn.Dense;
import io.gradflow.common.nn.Initializer;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.driver.optim.Adam;
import io.gradflow.driver.optim.AverageSpec;
import io.gradflow.driver.optim.ClipSpec;
import io.gradflow.driver.optim.Optimizer;
import io.gradflow.driver.optim.OptimizerSpec;
import io.gradflow.driver.optim.Recipe;
import io.gradflow.driver.optim.Regularization;
import io.gradflow.driver.optim.ScheduleSpec;
import io.gradflow.driver.step.SmallRun;
import io.gradflow.worker.replica.RunSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link SmallRun}'s rows for a network with batch normalisation, and optimizers of any kind. */
final class LearningBed {
  static final OptimizerSpec ADAM = new Adam(0.02, 0.9, 0.999, 1e-8);

  private LearningBed() {}

  static RunSpec spec(SmallRun data) {
    Initializer kernel = new Initializer.GlorotUniform();
    Initializer bias = new Initializer.Zeros();
    List<LayerSpec> layers =
        List.of(
            new BatchNorm(0.25f, 1e-5f, true),
            new Dense(6, new Activation.Tanh(), kernel, bias, true),
            new Dense(3, new Activation.Identity(), kernel, bias, true));
    return new RunSpec(
        NetworkSpec.sequential(new InputSpec("x", Shape.of(5)), layers),
        SmallRun.SCHEMA,
        data.losses().get(0),
        List.of(new Accuracy()),
        Numerics.PORTABLE,
        SmallRun.SEED,
        data.rows(),
        data.batchSize(),
        data.microShards());
  }

  static Optimizer optimizer(
      RunSpec spec, OptimizerSpec optimizer, ScheduleSpec schedule, Optional<AverageSpec> average) {
    return Optimizer.create(
        new Recipe(optimizer, schedule, ClipSpec.NONE, Regularization.NONE, Map.of(), average, 5),
        spec.network().layout(),
        100);
  }

  static float[] start(RunSpec spec) {
    float[] weights = new float[spec.network().layout().size()];
    spec.network().initialize(SmallRun.SEED, weights);
    return weights;
  }
}
