package io.gradflow.driver.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.WeightsDigest;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.step.InProcessSteps;
import io.gradflow.driver.step.SmallRun;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.train.TrainResult.Ending;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  @TempDir private Path directory;

  @Test
  void train_smallRun_learnsAndReportsEveryStepAndEpoch() {
    SmallRun run = SmallRun.of(4);
    List<StepReport> steps = new ArrayList<>();
    List<EpochReport> epochs = new ArrayList<>();
    List<TrainResult> ends = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            steps.add(report);
          }

          @Override
          public void onEpoch(EpochReport report) {
            epochs.add(report);
          }

          @Override
          public void onEnd(TrainResult result) {
            ends.add(result);
          }
        };
    try (StepRunner runner = runner(run)) {
      TrainResult result = run.train(runner, listener);
      assertEquals(List.of(result), ends);
      assertEquals(Ending.COMPLETED, result.ending());
      assertEquals(33, result.steps());
      assertEquals(33, steps.size());
      assertEquals(3, epochs.size());
      assertEquals(WeightsDigest.sha256(result.weights()), result.weightsSha256());
    }
    assertEquals(
        List.of(10L, 10L, 10L, 10L, 10L, 10L, 10L, 10L, 10L, 10L, 3L),
        steps.subList(11, 22).stream().map(StepReport::rows).toList());
    assertEquals(List.of(1L, 33L), List.of(steps.get(0).step(), steps.get(32).step()));
    assertEquals(2, steps.get(11).epoch());
    assertEquals(1, steps.get(11).stepInEpoch());
    assertEquals(103, epochs.get(0).train().rows());
    assertEquals(31, epochs.get(0).validation().orElseThrow().rows());
    assertTrue(epochs.get(2).train().meanLoss() < epochs.get(0).train().meanLoss());
    assertTrue(epochs.get(2).validation().orElseThrow().metrics().containsKey("accuracy"));
    for (StepReport report : steps) {
      StepTimings timings = report.timings();
      assertTrue(timings.totalNanos() >= timings.computeNanos() + timings.optimizerNanos());
    }
  }

  @Test
  void train_lossThatRises_stopsAndRestoresTheBestEpoch() {
    // A learning rate that overshoots: validation loss is best early.
    SmallRun run = new SmallRun(2, 103, 10, 0.4);
    List<EpochReport> epochs = new ArrayList<>();
    List<float[]> weights = new ArrayList<>();
    EarlyStoppingSpec spec = new EarlyStoppingSpec("validation.loss", 3, 0, true);
    try (StepRunner runner = runner(run)) {
      StepRunner spy = new KeepingWeights(runner, weights);
      TrainResult result = run.train(spy, Optional.of(spec), 60, onEpoch(epochs::add));
      assertEquals(Ending.EARLY_STOPPED, result.ending());
      assertEquals(epochs.size(), result.epochs());
      assertEquals(result.bestEpoch() + 3, result.epochs());
      double best = epochs.get(result.bestEpoch() - 1).validation().orElseThrow().meanLoss();
      for (EpochReport epoch : epochs) {
        assertTrue(best <= epoch.validation().orElseThrow().meanLoss());
      }
      assertEquals(best, result.validation().orElseThrow().meanLoss());
      assertArrayEquals(weights.get(result.bestEpoch() - 1), result.weights());
      assertEquals(
          epochs.stream().map(EpochReport::best).toList().lastIndexOf(true) + 1,
          result.bestEpoch());
    }
  }

  @Test
  void train_watchingAMetricThatIsNotMeasured_namesThoseThatAre() {
    SmallRun run = SmallRun.of(2);
    EarlyStoppingSpec spec = new EarlyStoppingSpec("validation.acuracy", 3, 0, true);
    try (StepRunner runner = runner(run)) {
      IllegalArgumentException error =
          assertThrows(
              IllegalArgumentException.class, () -> run.train(runner, Optional.of(spec), 3));
      assertTrue(error.getMessage().contains("validation.accuracy"), error.getMessage());
    }
  }

  @Test
  void train_diverging_namesStepParameterAndMicroShard() {
    SmallRun run = SmallRun.of(4);
    float[] weights = run.startingWeights();
    // Finite, but their products with the inputs are not.
    Arrays.fill(
        weights,
        run.network().layout().slice("dense_2/kernel").offset(),
        weights.length,
        Float.MAX_VALUE);
    try (StepRunner runner = runner(run)) {
      Trainer trainer =
          new Trainer(
              new TrainSettings(1, Optional.empty(), false, 1),
              run.spec(),
              run.optimizer(),
              runner,
              List.of(),
              () -> false);
      GradflowException error = assertThrows(GradflowException.class, () -> trainer.train(weights));
      assertEquals(ExitCode.DIVERGED, error.code());
      assertTrue(
          error
              .getMessage()
              .matches(
                  "step 1: gradient of dense_\\d/(kernel|bias) has \\d+"
                      + " non-finite values \\(micro-shard 0\\); .*"),
          error.getMessage());
    }
  }

  @Test
  void train_rowsThatWeighNothing_leavesTheWeights() {
    // Rows 0, 11, 22 ... weigh nothing: with one row a step those steps change nothing.
    SmallRun run = new SmallRun(1, 23, 1, 0.02);
    List<StepReport> steps = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            steps.add(report);
          }
        };
    List<float[]> weights = new ArrayList<>();
    try (StepRunner runner = runner(run)) {
      run.train(new KeepingWeights(runner, weights), listener);
    }
    assertEquals(9, steps.stream().filter(step -> step.weightSum() == 0).count());
    assertTrue(
        steps.stream()
            .filter(step -> step.weightSum() == 0)
            .allMatch(step -> Double.isNaN(step.meanLoss()) && step.rows() == 1));
  }

  @Test
  void train_stopAsked_endsBeforeTheNextStep() {
    SmallRun run = SmallRun.of(2);
    AtomicInteger asked = new AtomicInteger();
    try (StepRunner runner = runner(run)) {
      TrainResult result =
          new Trainer(
                  new TrainSettings(3, Optional.empty(), true, 1),
                  run.spec(),
                  run.optimizer(),
                  runner,
                  List.of(),
                  // Before each of 15 steps, and before the first epoch's validation.
                  () -> asked.getAndIncrement() == 16)
              .train(run.startingWeights());
      assertEquals(Ending.STOPPED, result.ending());
      assertEquals(15, result.steps());
      assertEquals(1, result.epochs());
    }
  }

  @Test
  void train_interrupted_throwsAndLeavesTheFlag() {
    SmallRun run = SmallRun.of(2);
    try (StepRunner runner = runner(run)) {
      TrainingListener interrupting = onEpoch(report -> Thread.currentThread().interrupt());
      assertThrows(CancellationException.class, () -> run.train(runner, interrupting));
      assertTrue(Thread.interrupted());
    }
  }

  private StepRunner runner(SmallRun run) {
    return new InProcessSteps(run.spec(), run.shards(directory), 2);
  }

  private static TrainingListener onEpoch(java.util.function.Consumer<EpochReport> action) {
    return new TrainingListener() {
      @Override
      public void onEpoch(EpochReport report) {
        action.accept(report);
      }
    };
  }
}
