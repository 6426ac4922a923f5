package io.gradflow.driver.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.optim.Optimizer;
import io.gradflow.driver.step.InProcessSteps;
import io.gradflow.driver.step.SmallRun;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.train.CheckpointSpec;
import io.gradflow.driver.train.EarlyStoppingSpec;
import io.gradflow.driver.train.OnNonFinite;
import io.gradflow.driver.train.TrainResult;
import io.gradflow.driver.train.TrainResult.Ending;
import io.gradflow.driver.train.TrainSettings;
import io.gradflow.driver.train.Trainer;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.driver.train.TrainingNotice;
import io.gradflow.driver.train.TrainingState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainers that stop, die and go back, and end with the weights of one that did not. */
class ExactResumeTest {
  // Overshoots: early stopping ends the run before its last epoch and restores an earlier one.
  private static final SmallRun RUN = new SmallRun(2, 103, 10, 0.4);
  private static final EarlyStoppingSpec STOPPING =
      new EarlyStoppingSpec("validation.loss", 2, 0, true);
  private static final int EPOCHS = 60;

  @TempDir Path directory;
  private StepRunner steps;
  private final List<TrainingNotice> notices = new ArrayList<>();

  @BeforeEach
  void shards() {
    steps = new InProcessSteps(RUN.spec(), RUN.shards(directory), 1);
  }

  @Test
  void resume_stoppedAfterEveryStep_sameBitsAndFigures() throws IOException {
    TrainResult whole = trainer(steps, fail(), Optional.empty(), RUN.optimizer()).train(start());
    assertEquals(Ending.EARLY_STOPPED, whole.ending());
    CheckpointStore store = store();
    AtomicInteger asked = new AtomicInteger();
    TrainResult result = null;
    int runs = 0;
    while (result == null || result.ending() == Ending.STOPPED) {
      // A new trainer, optimizer and store each time, as in a new process.
      asked.set(0);
      Optimizer optimizer = RUN.optimizer();
      Optional<TrainingState> state = newest(store(), optimizer);
      try (BackgroundCheckpoints keeper = keeper(store, spec(1000), optimizer, false)) {
        Trainer trainer =
            new Trainer(
                settings(fail()),
                RUN.spec(),
                optimizer,
                steps,
                List.of(),
                keeper,
                () -> asked.getAndIncrement() == 1);
        result = state.isEmpty() ? trainer.train(start()) : trainer.resume(state.get());
      }
      runs++;
      assertTrue(runs <= 2 * whole.steps(), "no end");
    }
    assertTrue(runs >= whole.steps(), runs + " runs for " + whole.steps() + " steps");
    assertSame(whole, result);
  }

  @Test
  void resume_diedSomewhere_fromTheLastCheckpointToTheSameBits() throws IOException {
    TrainResult whole = trainer(steps, fail(), Optional.empty(), RUN.optimizer()).train(start());
    for (long death = 1; death < whole.steps(); death += 3) {
      CheckpointStore store =
          new CheckpointStore(Storage.local(directory.resolve("death-" + death)));
      Optimizer optimizer = RUN.optimizer();
      StepRunner dying = new DyingSteps(steps, death);
      try (BackgroundCheckpoints keeper = keeper(store, spec(4), optimizer, false)) {
        Trainer trainer =
            new Trainer(
                settings(fail()), RUN.spec(), optimizer, dying, List.of(), keeper, () -> false);
        assertThrows(IllegalStateException.class, () -> trainer.train(start()));
      }
      Optimizer fresh = RUN.optimizer();
      Optional<TrainingState> state = newest(store, fresh);
      // Writing is in the background: the last one due may have been postponed by some steps.
      assertEquals(death >= 4, state.isPresent(), "death at " + death);
      if (state.isPresent()) {
        Trainer trainer =
            new Trainer(settings(fail()), RUN.spec(), fresh, steps, List.of(), () -> false);
        assertSame(whole, trainer.resume(state.get()));
      }
    }
  }

  @Test
  void skipStep_nonFiniteNow_leavesTheStepOutAndSaysSo() {
    PoisonedSteps poisoned = new PoisonedSteps(steps, Set.of(7L, 8L, 30L), Integer.MAX_VALUE);
    TrainResult result =
        trainer(poisoned, new OnNonFinite.SkipStep(2), Optional.empty(), RUN.optimizer())
            .train(start());
    assertEquals(
        List.of(
            TrainingNotice.Kind.STEP_SKIPPED,
            TrainingNotice.Kind.STEP_SKIPPED,
            TrainingNotice.Kind.STEP_SKIPPED),
        notices.stream().map(TrainingNotice::kind).toList());
    assertEquals(
        "step 8: gradient of dense_1/kernel has 1 non-finite values (micro-shard 0); the step is"
            + " skipped",
        notices.get(0).text());
    assertTrue(Double.isFinite(result.train().meanLoss()));
    assertEquals(8L, notices.get(0).step());
  }

  @Test
  void skipStep_moreInARowThanAllowed_endsTheRun() {
    PoisonedSteps poisoned = new PoisonedSteps(steps, Set.of(7L, 8L, 9L), Integer.MAX_VALUE);
    Trainer trainer =
        trainer(poisoned, new OnNonFinite.SkipStep(2), Optional.empty(), RUN.optimizer());
    GradflowException error = assertThrows(GradflowException.class, () -> trainer.train(start()));
    assertEquals(ExitCode.DIVERGED, error.code());
    assertTrue(
        error.getMessage().startsWith("step 10: gradient of dense_1/kernel")
            && error.getMessage().contains("; 2 steps before it were skipped; learning rate was"),
        error.getMessage());
  }

  @Test
  void rollback_nonFiniteOnce_goesBackWithLowerRateAndAgreesWithARunResumedThere()
      throws IOException {
    OnNonFinite.Rollback policy = new OnNonFinite.Rollback(2, 0.5);
    CheckpointStore store = store();
    Optimizer optimizer = RUN.optimizer();
    TrainResult result;
    try (BackgroundCheckpoints keeper = keeper(store, spec(5), optimizer, true)) {
      result =
          trainer(new PoisonedSteps(steps, Set.of(12L), 1), policy, Optional.of(keeper), optimizer)
              .train(start());
    }
    assertEquals(1, notices.size());
    assertEquals(
        "step 13: gradient of dense_1/kernel has 1 non-finite values (micro-shard 0); back to step"
            + " 10, with the learning rate times 0.5",
        notices.get(0).text());

    // The same by hand: stop at step 10, go on with half of the learning rate.
    CheckpointStore other = new CheckpointStore(Storage.local(directory.resolve("by-hand")));
    AtomicLong steps10 = new AtomicLong();
    Optimizer first = RUN.optimizer();
    try (BackgroundCheckpoints keeper = keeper(other, spec(1000), first, false)) {
      new Trainer(
              settings(fail()),
              RUN.spec(),
              first,
              steps,
              List.of(),
              keeper,
              () -> steps10.getAndIncrement() == 10)
          .train(start());
    }
    Optimizer second = RUN.optimizer();
    TrainingState at10 = newest(other, second).orElseThrow();
    assertEquals(10, at10.step());
    TrainingState halved =
        new TrainingState(
            at10.step(),
            at10.epoch(),
            at10.stepInEpoch(),
            0.5,
            1,
            0,
            at10.seconds(),
            at10.epochSums(),
            at10.lastTrain(),
            at10.lastValidation(),
            at10.stopping(),
            at10.plateau(),
            at10.weights(),
            at10.optimizer());
    assertSame(
        new Trainer(settings(fail()), RUN.spec(), second, steps, List.of(), () -> false)
            .resume(halved),
        result);
  }

  @Test
  void rollback_nonFiniteForEver_endsAfterTheAllowedTimes() {
    OnNonFinite.Rollback policy = new OnNonFinite.Rollback(2, 0.5);
    Optimizer optimizer = RUN.optimizer();
    try (BackgroundCheckpoints keeper = keeper(store(), spec(5), optimizer, true)) {
      Trainer trainer =
          trainer(
              new PoisonedSteps(steps, Set.of(2L), Integer.MAX_VALUE),
              policy,
              Optional.of(keeper),
              optimizer);
      GradflowException error = assertThrows(GradflowException.class, () -> trainer.train(start()));
      assertEquals(ExitCode.DIVERGED, error.code());
      assertTrue(error.getMessage().contains(", after 2 rollbacks; "), error.getMessage());
    }
    assertEquals(2, notices.size());
    assertTrue(notices.get(1).text().endsWith("back to step 0, with the learning rate times 0.25"));
  }

  @Test
  void lossSpike_aLeap_isReportedOnce() {
    TrainSettings settings =
        new TrainSettings(8, Optional.empty(), true, 1, new OnNonFinite.Fail(), 10);
    SmallRun calm = new SmallRun(2, 103, 10, 0.01);
    StepRunner leaping = new LeapingSteps(steps, 70);
    new Trainer(settings, calm.spec(), calm.optimizer(), leaping, List.of(noting()), () -> false)
        .train(start());
    assertEquals(1, notices.size(), notices.toString());
    assertEquals(TrainingNotice.Kind.LOSS_SPIKE, notices.get(0).kind());
    assertTrue(notices.get(0).text().startsWith("step 71: loss "), notices.get(0).text());
  }

  private static void assertSame(TrainResult expected, TrainResult actual) {
    assertEquals(expected.weightsSha256(), actual.weightsSha256());
    assertEquals(expected.ending(), actual.ending());
    assertEquals(expected.steps(), actual.steps());
    assertEquals(expected.epochs(), actual.epochs());
    assertEquals(expected.bestEpoch(), actual.bestEpoch());
    assertEquals(expected.train(), actual.train());
    assertEquals(expected.validation(), actual.validation());
  }

  private CheckpointStore store() {
    return new CheckpointStore(Storage.local(directory.resolve("checkpoints")));
  }

  private static Optional<TrainingState> newest(CheckpointStore store, Optimizer optimizer)
      throws IOException {
    Optional<Checkpoint> newest = store.newest(manifest -> true, reason -> {});
    return newest.isEmpty()
        ? Optional.empty()
        : Optional.of(newest.get().read(RUN.network().layout(), optimizer.state()));
  }

  private static CheckpointSpec spec(int everySteps) {
    return new CheckpointSpec(
        Optional.of(everySteps), Optional.empty(), Optional.empty(), 3, false);
  }

  private static BackgroundCheckpoints keeper(
      CheckpointStore store, CheckpointSpec spec, Optimizer optimizer, boolean exact) {
    return new BackgroundCheckpoints(
        store,
        spec,
        States.RUN,
        RUN.network().layout(),
        optimizer.state(),
        exact,
        () -> {},
        -1,
        System::nanoTime);
  }

  private Trainer trainer(
      StepRunner runner,
      OnNonFinite policy,
      Optional<BackgroundCheckpoints> keeper,
      Optimizer optimizer) {
    return keeper.isEmpty()
        ? new Trainer(
            settings(policy), RUN.spec(), optimizer, runner, List.of(noting()), () -> false)
        : new Trainer(
            settings(policy),
            RUN.spec(),
            optimizer,
            runner,
            List.of(noting()),
            keeper.get(),
            () -> false);
  }

  private static OnNonFinite fail() {
    return new OnNonFinite.Fail();
  }

  private static TrainSettings settings(OnNonFinite policy) {
    return new TrainSettings(EPOCHS, Optional.of(STOPPING), true, 1, policy, 0);
  }

  private static float[] start() {
    return RUN.startingWeights();
  }

  private TrainingListener noting() {
    return new TrainingListener() {
      @Override
      public void onNotice(TrainingNotice notice) {
        notices.add(notice);
      }
    };
  }
}
