package io.gradflow.driver.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import io.gradflow.common.metric.Accuracy;
import io.gradflow.common.nn.Activation;
import io.gradflow.common.nn.BatchNorm;
import io.gradflow.common.nn.Dense;
import io.gradflow.common.nn.Initializer;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.driver.optim.ClipSpec;
import io.gradflow.driver.optim.ConstantSchedule;
import io.gradflow.driver.optim.Optimizer;
import io.gradflow.driver.optim.Regularization;
import io.gradflow.driver.optim.Sgd;
import io.gradflow.driver.step.InProcessSteps;
import io.gradflow.driver.step.SmallRun;
import io.gradflow.worker.replica.RunSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticsTest {
  private static final int MICRO_SHARDS = 4;
  private static final int INPUTS = 5;

  @TempDir private Path directory;

  /** One batch of all rows: the running mean is the share of the mean over all rows. */
  @Test
  void train_oneStepOverAllRows_runningMeanIsTheMeanOfRows() {
    SmallRun data = new SmallRun(MICRO_SHARDS, 102, 102, 0.1);
    RunSpec spec = spec(data);
    float[] weights = train(data, spec, 1, 2).weights();
    double[] mean = new double[INPUTS];
    for (int row = 0; row < data.rows(); row++) {
      float[] x = SmallRun.features(row);
      for (int j = 0; j < INPUTS; j++) {
        mean[j] += x[j] / (double) data.rows();
      }
    }
    ParamSlice slice = spec.network().layout().slice("batchNorm_1/runningMean");
    for (int j = 0; j < INPUTS; j++) {
      assertEquals(0.25 * mean[j], weights[slice.offset() + j], 1e-6);
    }
  }

  @Test
  void train_onAnyNumberOfThreads_sameBits() {
    SmallRun data = SmallRun.of(MICRO_SHARDS);
    String one = train(data, spec(data), 3, 1).weightsSha256();
    assertEquals(one, train(data, spec(data), 3, 2).weightsSha256());
    assertEquals(one, train(data, spec(data), 3, 3).weightsSha256());
  }

  @Test
  void train_optimizerWithDecayAndClipping_leavesStatisticsToTheirOwnRule() {
    SmallRun data = SmallRun.of(MICRO_SHARDS);
    RunSpec spec = spec(data);
    float[] plain = train(data, spec, 1, 1).weights();
    ParamSlice slice = spec.network().layout().slice("batchNorm_1/runningMean");
    // What the first layer normalizes does not depend on weights: decay changes these alone.
    Regularization decay = Regularization.of(0.5, 0.5, List.of(), true);
    float[] decayed = train(data, spec, 1, 1, decay).weights();
    assertNotEquals(plain[0], decayed[0]);
    for (int i = slice.offset(); i < slice.end(); i++) {
      assertEquals(plain[i], decayed[i], 0);
    }
  }

  private TrainResult train(SmallRun data, RunSpec spec, int epochs, int threads) {
    return train(data, spec, epochs, threads, Regularization.NONE);
  }

  private TrainResult train(
      SmallRun data, RunSpec spec, int epochs, int threads, Regularization regularization) {
    Optimizer optimizer =
        Optimizer.create(
            new Sgd(0.1),
            new ConstantSchedule(0),
            ClipSpec.NONE,
            regularization,
            spec.network().layout(),
            0);
    float[] start = new float[spec.network().layout().size()];
    spec.network().initialize(SmallRun.SEED, start);
    try (InProcessSteps steps = new InProcessSteps(spec, data.shards(directory), threads)) {
      TrainSettings settings = new TrainSettings(epochs, Optional.empty(), true, threads);
      return new Trainer(settings, spec, optimizer, steps, List.of(), () -> false).train(start);
    }
  }

  private static RunSpec spec(SmallRun data) {
    Dense dense =
        new Dense(
            3,
            new Activation.Identity(),
            new Initializer.GlorotUniform(),
            new Initializer.Zeros(),
            true);
    NetworkSpec network =
        NetworkSpec.sequential(
            new InputSpec("x", Shape.of(INPUTS)),
            List.of(new BatchNorm(0.25f, 1e-5f, true), dense));
    return new RunSpec(
        network,
        SmallRun.SCHEMA,
        data.losses().get(0),
        List.of(new Accuracy()),
        Numerics.PORTABLE,
        SmallRun.SEED,
        data.rows(),
        data.batchSize(),
        data.microShards());
  }
}
