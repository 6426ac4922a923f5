package io.gradflow.driver.checkpoint;

import io.gradflow.common.model.Storage;
import io.gradflow.driver.optim.Optimizer;
import io.gradflow.driver.step.InProcessSteps;
import io.gradflow.driver.step.SmallRun;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.train.CheckpointSpec;
import io.gradflow.driver.train.StepReport;
import io.gradflow.driver.train.TrainSettings;
import io.gradflow.driver.train.Trainer;
import io.gradflow.driver.train.TrainingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A trainer for others to kill: goes on from the newest checkpoint in a directory, saves one every
 * five steps, takes a few milliseconds a step, and prints the weights' sha256 when it is done.
 */
final class KilledTrainer {
  private static final int EPOCHS = 30;
  private static final long STEP_NANOS = 3_000_000;

  private KilledTrainer() {}

  /**
   * @param args the directory
   */
  public static void main(String[] args) throws Exception {
    SmallRun run = SmallRun.of(2);
    Path shards = Files.createTempDirectory(Path.of(args[0]), "shards");
    Optimizer optimizer = run.optimizer();
    CheckpointStore store = new CheckpointStore(Storage.local(Path.of(args[0], "checkpoints")));
    Optional<Checkpoint> newest = store.newest(manifest -> true, System.err::println);
    CheckpointSpec spec =
        new CheckpointSpec(Optional.of(5), Optional.empty(), Optional.empty(), 2, false);
    try (StepRunner steps = new InProcessSteps(run.spec(), run.shards(shards), 1);
        BackgroundCheckpoints keeper =
            new BackgroundCheckpoints(
                store,
                spec,
                States.RUN,
                run.network().layout(),
                optimizer.state(),
                false,
                () -> {},
                -1,
                System::nanoTime)) {
      TrainingListener slow =
          new TrainingListener() {
            @Override
            public void onStep(StepReport step) {
              LockSupport.parkNanos(STEP_NANOS);
            }
          };
      Trainer trainer =
          new Trainer(
              new TrainSettings(EPOCHS, Optional.empty(), true, 1),
              run.spec(),
              optimizer,
              steps,
              List.of(slow),
              keeper,
              () -> false);
      String sha256 =
          newest.isEmpty()
              ? trainer.train(run.startingWeights()).weightsSha256()
              : trainer
                  .resume(newest.get().read(run.network().layout(), optimizer.state()))
                  .weightsSha256();
      System.out.println(sha256);
    }
  }
}
