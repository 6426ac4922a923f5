package io.gradflow.driver.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gradflow.common.array.WeightsDigest;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InProcessStepsTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 16})
  void train_onAnyNumberOfThreads_sameBitsAsThePlainLoop(int microShards) {
    SmallRun run = SmallRun.of(microShards);
    String expected = WeightsDigest.sha256(ReferenceLoop.train(run));
    assertNotEquals(WeightsDigest.sha256(run.startingWeights()), expected);
    for (int threads = 1; threads <= 3; threads++) {
      try (InProcessSteps steps = new InProcessSteps(run.spec(), run.shards(directory), threads)) {
        assertEquals(expected, run.train(steps).weightsSha256(), threads + " threads");
      }
    }
  }

  @Test
  void train_batchLargerThanTheData_sameBitsAsThePlainLoop() {
    SmallRun run = new SmallRun(4, 13, 500, 0.02);
    try (InProcessSteps steps = new InProcessSteps(run.spec(), run.shards(directory), 2)) {
      assertEquals(
          WeightsDigest.sha256(ReferenceLoop.train(run)), run.train(steps).weightsSha256());
    }
  }

  @Test
  void run_moreMicroShardsThanRows_emptyOnesAreTheIdentity() {
    SmallRun run = new SmallRun(8, 3, 2, 0.02);
    try (InProcessSteps steps = new InProcessSteps(run.spec(), run.shards(directory), 2)) {
      assertEquals(
          WeightsDigest.sha256(ReferenceLoop.train(run)), run.train(steps).weightsSha256());
    }
  }

  @Test
  void evaluate_inAnyNumberOfMicroShards_countsEveryRowOnce() {
    List<Double> accuracies = new ArrayList<>();
    for (int microShards : new int[] {1, 3, 4}) {
      SmallRun run = SmallRun.of(microShards);
      try (InProcessSteps steps = new InProcessSteps(run.spec(), run.shards(directory), 2)) {
        Weights weights = new Weights(0, run.startingWeights());
        SubtreeSum sum = steps.evaluate(Split.TRAIN, weights);
        assertEquals(run.rows(), sum.rows());
        double expected = 0;
        for (int row = 0; row < run.rows(); row++) {
          expected += SmallRun.weight(row);
        }
        assertEquals(expected, sum.weightSum());
        accuracies.add(run.spec().metricSet().numbers(sum.metricSums(), 0).get("accuracy"));
      }
    }
    assertEquals(accuracies.get(0), accuracies.get(1), 1e-12);
    assertEquals(accuracies.get(0), accuracies.get(2), 1e-12);
  }

  @Test
  void run_atSteadyState_reusesItsGradients() {
    SmallRun run = SmallRun.of(4);
    try (InProcessSteps steps = new InProcessSteps(run.spec(), run.shards(directory), 1)) {
      Weights weights = new Weights(0, run.startingWeights());
      List<float[]> seen = new ArrayList<>();
      for (int step = 0; step < 8; step++) {
        float[] gradient = steps.run(new StepId(step, 0, step), weights).sum().gradientSum();
        if (seen.stream().noneMatch(each -> each == gradient)) {
          seen.add(gradient);
        }
      }
      // log2(4) are in use at once, and one more while it is being computed.
      assertEquals(true, seen.size() <= 3, seen.size() + " arrays");
    }
  }

  @Test
  void run_interrupted_throwsAndLeavesTheFlag() {
    SmallRun run = SmallRun.of(4);
    try (InProcessSteps steps = new InProcessSteps(run.spec(), run.shards(directory), 2)) {
      Weights weights = new Weights(0, run.startingWeights());
      Thread.currentThread().interrupt();
      assertThrows(CancellationException.class, () -> steps.run(new StepId(0, 0, 0), weights));
      assertEquals(true, Thread.interrupted());
      // And can be used again.
      assertEquals(10, steps.run(new StepId(0, 0, 0), weights).sum().rows());
    }
  }

  @Test
  void evaluate_aSplitThatIsNotThere_throws() {
    SmallRun run = SmallRun.of(2);
    try (InProcessSteps steps = new InProcessSteps(run.spec(), run.shards(directory), 1)) {
      Weights weights = new Weights(0, run.startingWeights());
      assertThrows(IllegalArgumentException.class, () -> steps.evaluate(Split.TEST, weights));
    }
  }
}
