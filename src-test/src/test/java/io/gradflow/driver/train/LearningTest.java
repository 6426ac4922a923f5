package io.gradflow.driver.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.optim.AverageSpec;
import io.gradflow.driver.optim.ConstantSchedule;
import io.gradflow.driver.optim.Ema;
import io.gradflow.driver.optim.Lookahead;
import io.gradflow.driver.optim.Optimizer;
import io.gradflow.driver.optim.OptimizerSpec;
import io.gradflow.driver.optim.Perturbation;
import io.gradflow.driver.optim.PlateauSchedule;
import io.gradflow.driver.optim.ScheduleSpec;
import io.gradflow.driver.optim.SharpnessAware;
import io.gradflow.driver.optim.Swa;
import io.gradflow.driver.step.InProcessSteps;
import io.gradflow.driver.step.SmallRun;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.step.StepSum;
import io.gradflow.driver.train.TrainResult.Ending;
import io.gradflow.worker.replica.RunSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps of several passes, averages of weights, and what ends a run. */
class LearningTest {
  private static final SmallRun DATA = SmallRun.of(4);
  private static final RunSpec SPEC = LearningBed.spec(DATA);
  private static final ParamLayout LAYOUT = SPEC.network().layout();
  private static final ScheduleSpec CONSTANT = new ConstantSchedule(0);

  @TempDir Path directory;

  private StepRunner steps(int threads) {
    return new InProcessSteps(SPEC, DATA.shards(directory), threads);
  }

  private static TrainSettings settings(
      int epochs, int accumulate, RunLimits limits, Optional<EarlyStoppingSpec> stopping) {
    return new TrainSettings(
        epochs, stopping, true, 1, new OnNonFinite.Fail(), 0, accumulate, limits, 6);
  }

  private static TrainResult train(StepRunner steps, TrainSettings settings, Optimizer optimizer) {
    return new Trainer(settings, SPEC, optimizer, steps, List.of(), () -> false)
        .train(LearningBed.start(SPEC));
  }

  private static Optimizer optimizer(OptimizerSpec spec, Optional<AverageSpec> average) {
    return LearningBed.optimizer(SPEC, spec, CONSTANT, average);
  }

  /** Everything that keeps a state between steps, at once. */
  private static Optimizer everything() {
    PlateauSchedule plateau = new PlateauSchedule(0.5, 0, "validation.loss", 0.05, 0, 0, CONSTANT);
    OptimizerSpec spec = new SharpnessAware(new Lookahead(LearningBed.ADAM, 3, 0.5), 0.1, false);
    return LearningBed.optimizer(SPEC, spec, plateau, Optional.of(new Ema(0.9, true)));
  }

  @Test
  void accumulate_threeMinibatches_isTheSumOfTheirSumsAndTheLastStepIsShort() {
    try (StepRunner steps = steps(1)) {
      AccumulatedSteps three = new AccumulatedSteps(steps, SPEC.batchPlan(), 3, LAYOUT);
      assertEquals(4, AccumulatedSteps.perEpoch(SPEC.batchPlan(), 3)); // of 11 minibatches
      Weights weights = new Weights(0, LearningBed.start(SPEC));
      float[] expected = new float[LAYOUT.size()];
      double lossSum = 0;
      long rows = 0;
      for (int k = 9; k < 11; k++) {
        SubtreeSum sum = steps.run(new StepId(11 + k, 1, k), weights).sum();
        for (int i = 0; i < expected.length; i++) {
          expected[i] += sum.gradientSum()[i];
        }
        lossSum += sum.lossSum();
        rows += sum.rows();
      }
      SubtreeSum sum = three.run(new StepId(7, 1, 3), weights).sum();
      assertArrayEquals(expected, sum.gradientSum());
      assertEquals(lossSum, sum.lossSum());
      assertEquals(rows, sum.rows());
    }
  }

  @Test
  void accumulate_anyThreads_sameBitsAndAllRows() {
    TrainSettings settings = settings(2, 3, RunLimits.NONE, Optional.empty());
    String bits = null;
    for (int threads = 1; threads <= 3; threads++) {
      try (StepRunner steps = steps(threads)) {
        TrainResult result = train(steps, settings, everything());
        assertEquals(8, result.steps());
        assertEquals(DATA.rows(), result.train().rows());
        assertEquals(bits == null ? result.weightsSha256() : bits, result.weightsSha256());
        bits = result.weightsSha256();
      }
    }
  }

  @Test
  void sharpnessAware_aStep_hasTheLossHereAndTheGradientThere() {
    try (StepRunner steps = steps(1)) {
      StepId id = new StepId(0, 0, 0);
      Weights weights = new Weights(0, LearningBed.start(SPEC));
      SubtreeSum here = copy(steps.run(id, weights));
      float[] moved = new float[LAYOUT.size()];
      Perturbation perturbation = new Perturbation(0.3, false);
      perturbation.move(LAYOUT, weights.values(), here.gradientSum(), moved);
      SubtreeSum there = copy(steps.run(id, new Weights(1, moved)));
      SubtreeSum both =
          new SharpnessAwareSteps(steps, perturbation, LAYOUT)
              .run(id, new Weights(9, weights.values()))
              .sum();
      assertEquals(here.lossSum(), both.lossSum());
      assertNotEquals(there.lossSum(), both.lossSum());
      assertArrayEquals(here.metricSums(), both.metricSums());
      for (int i = 0; i < LAYOUT.size(); i++) {
        SubtreeSum from = i < LAYOUT.trainableSize() ? there : here;
        assertEquals(from.gradientSum()[i], both.gradientSum()[i]);
      }
    }
  }

  private static SubtreeSum copy(StepSum step) {
    SubtreeSum sum = step.sum();
    return new SubtreeSum(
        sum.level(),
        sum.index(),
        sum.rows(),
        sum.lossSum(),
        sum.weightSum(),
        sum.gradientSum().clone(),
        sum.metricSums().clone());
  }

  @Test
  void resume_stoppedAfterEveryStep_sameBitsWithEverythingOn() {
    TrainSettings settings =
        settings(
            4,
            2,
            RunLimits.NONE,
            Optional.of(new EarlyStoppingSpec("validation.loss", 9, 0, true)));
    try (StepRunner steps = steps(1)) {
      TrainResult whole = train(steps, settings, everything());
      TrainingState state = null;
      TrainResult result = null;
      int runs = 0;
      while (result == null || result.ending() == Ending.STOPPED) {
        Keeping keeper = new Keeping();
        AtomicInteger asked = new AtomicInteger();
        Trainer trainer =
            new Trainer(
                settings,
                SPEC,
                everything(),
                steps,
                List.of(),
                keeper,
                () -> asked.getAndIncrement() == 1);
        result = state == null ? trainer.train(LearningBed.start(SPEC)) : trainer.resume(state);
        state = keeper.last;
        runs++;
      }
      assertTrue(runs > whole.steps(), runs + " runs");
      assertEquals(whole.weightsSha256(), result.weightsSha256());
      assertEquals(whole.validation(), result.validation());
      assertEquals(whole.steps(), result.steps());
    }
  }

  @Test
  void average_ema_isWhatIsValidatedAndKeptWithStatisticsOfItsOwn() {
    List<float[]> validated = new ArrayList<>();
    try (StepRunner steps = steps(1)) {
      StepRunner noting = new KeepingWeights(steps, validated);
      TrainSettings settings = settings(2, 1, RunLimits.NONE, Optional.empty());
      Optimizer optimizer = optimizer(LearningBed.ADAM, Optional.of(new Ema(0.8, false)));
      TrainResult result = train(noting, settings, optimizer);
      assertArrayEquals(validated.get(1), result.weights());
      float[] average = result.weights().clone();
      optimizer.average(average);
      assertArrayEquals(average, result.weights());

      // By hand: statistics gathered with these weights over the epoch's first minibatches.
      TrainResult plain = train(steps, settings, optimizer(LearningBed.ADAM, Optional.empty()));
      float[] refreshed = plain.weights().clone();
      optimizer.average(refreshed);
      double[] means = new double[LAYOUT.size()];
      for (int k = 0; k < 6; k++) {
        SubtreeSum sum =
            steps.run(new StepId(11 + k, 1, k), new Weights(1000 + k, refreshed)).sum();
        Statistics.update(LAYOUT, refreshed, sum.gradientSum(), sum.rows());
        for (int i = LAYOUT.trainableSize(); k >= 3 && i < LAYOUT.size(); i++) {
          means[i] += refreshed[i] / 3.0;
        }
      }
      for (ParamSlice slice : LAYOUT.slices()) {
        for (int i = slice.offset(); !slice.trainable() && i < slice.end(); i++) {
          assertEquals(means[i], result.weights()[i], 1e-6, slice.name());
          assertNotEquals(plain.weights()[i], result.weights()[i]);
        }
      }
    }
  }

  @Test
  void average_swaThatHasNotBegun_leavesTheWeights() {
    TrainSettings settings = settings(1, 1, RunLimits.NONE, Optional.empty());
    try (StepRunner steps = steps(1)) {
      String plain =
          train(steps, settings, optimizer(LearningBed.ADAM, Optional.empty())).weightsSha256();
      // 100 steps are announced, 11 are taken.
      Optional<AverageSpec> late = Optional.of(new Swa(0.5, 1));
      assertEquals(
          plain, train(steps, settings, optimizer(LearningBed.ADAM, late)).weightsSha256());
      Optional<AverageSpec> early = Optional.of(new Swa(0.05, 2));
      assertNotEquals(
          plain, train(steps, settings, optimizer(LearningBed.ADAM, early)).weightsSha256());
    }
  }

  @Test
  void limits_stepsAndTime_endTheEpochWhereItIs() {
    try (StepRunner steps = steps(1)) {
      RunLimits fifteen = new RunLimits(Optional.of(15L), Optional.empty());
      TrainResult result =
          train(
              steps,
              settings(9, 1, fifteen, Optional.empty()),
              optimizer(LearningBed.ADAM, Optional.empty()));
      assertEquals(Ending.LIMIT_REACHED, result.ending());
      assertEquals(15, result.steps());
      assertEquals(2, result.epochs());
      assertEquals(40, result.train().rows());
      assertTrue(result.validation().isPresent());
      RunLimits soon = new RunLimits(Optional.empty(), Optional.of(Duration.ofMillis(1)));
      TrainResult timed =
          train(
              steps,
              settings(100_000, 1, soon, Optional.empty()),
              optimizer(LearningBed.ADAM, Optional.empty()));
      assertEquals(Ending.LIMIT_REACHED, timed.ending());
    }
  }

  @Test
  void earlyStopping_targetReached_endsTheRunThere() {
    try (StepRunner steps = steps(1)) {
      EarlyStoppingSpec stopping =
          new EarlyStoppingSpec("train.accuracy", 50, 0, true, Optional.of(0.6));
      TrainResult result =
          train(
              steps,
              settings(50, 1, RunLimits.NONE, Optional.of(stopping)),
              optimizer(LearningBed.ADAM, Optional.empty()));
      assertEquals(Ending.TARGET_REACHED, result.ending());
      assertTrue((Double) result.train().metrics().get("accuracy") >= 0.6);
      assertTrue(result.epochs() < 50);
    }
  }

  /** Keeps the last state in memory, as a checkpoint would. */
  private static final class Keeping implements StateKeeper {
    private TrainingState last;

    @Override
    public boolean isDueAfterStep(long step) {
      return false;
    }

    @Override
    public boolean isDueAfterEpoch(long step, int epoch, boolean best) {
      return false;
    }

    @Override
    public void keep(TrainingState state) {
      throw new AssertionError("nothing is due");
    }

    @Override
    public void keepLast(TrainingState state) {
      TreeMap<String, float[]> optimizer = new TreeMap<>();
      state.optimizer().forEach((name, array) -> optimizer.put(name, array.clone()));
      StoppingState stopping = state.stopping();
      last =
          new TrainingState(
              state.step(),
              state.epoch(),
              state.stepInEpoch(),
              state.learningRateFactor(),
              state.rollbacks(),
              state.skipsInARow(),
              state.seconds(),
              state.epochSums(),
              state.lastTrain(),
              state.lastValidation(),
              new StoppingState(
                  stopping.best(),
                  stopping.bestEpoch(),
                  stopping.waited(),
                  stopping.bestValidation(),
                  stopping.bestWeights().map(float[]::clone)),
              state.plateau(),
              state.weights().clone(),
              optimizer);
    }

    @Override
    public Optional<TrainingState> goBack() {
      return Optional.empty();
    }
  }
}
