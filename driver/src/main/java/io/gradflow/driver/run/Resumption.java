package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.checkpoint.Checkpoint;
import io.gradflow.driver.checkpoint.CheckpointStore;
import io.gradflow.driver.checkpoint.RunIdentity;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.OutputSection.Mode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * The checkpoint that a run goes on from.
 *
 * @param checkpoint whole
 * @param own whether it is one of the output's, so that the run is the same one
 */
record Resumption(Checkpoint checkpoint, boolean own) {
  /**
   * Finds it.
   *
   * @param skipped told of every newer checkpoint that is damaged, and why
   * @return empty if the run starts from its beginning
   * @throws GradflowException if one is named that is not there or is damaged
   */
  static Optional<Resumption> find(
      RunOptions options,
      Mode mode,
      Storage output,
      Configuration configuration,
      Consumer<String> skipped)
      throws IOException {
    if (options.from().isPresent()) {
      Checkpoint named = named(options.from().get(), configuration, skipped);
      boolean own = named.location().startsWith(output.location(CheckpointStore.DIRECTORY) + "/");
      return Optional.of(new Resumption(named, own));
    }
    if (mode != Mode.RESUME) {
      return Optional.empty();
    }
    return new CheckpointStore(output.below(CheckpointStore.DIRECTORY))
        .newest(manifest -> true, skipped)
        .map(checkpoint -> new Resumption(checkpoint, true));
  }

  private static Checkpoint named(
      String path, Configuration configuration, Consumer<String> skipped) throws IOException {
    Storage directory = HadoopStorage.at(path, configuration);
    if (Checkpoint.isAt(directory)) {
      Checkpoint checkpoint = Checkpoint.open(directory);
      checkpoint.verify();
      return checkpoint;
    }
    Storage below = directory.below(CheckpointStore.DIRECTORY);
    for (Storage place : List.of(below, directory)) {
      Optional<Checkpoint> newest = new CheckpointStore(place).newest(manifest -> true, skipped);
      if (newest.isPresent()) {
        return newest.get();
      }
    }
    throw new GradflowException(
        ExitCode.INPUT_MISSING,
        "no whole checkpoint at "
            + directory.location("")
            + "; expected a checkpoint, a directory of them, or a run's directory");
  }

  /**
   * Refuses to go on with another job.
   *
   * @param job that is about to go on
   * @param now its identity
   * @throws GradflowException OUTPUT_BLOCKED listing what differs
   */
  void requireSameRun(Job job, RunIdentity now) {
    refuse(
        checkpoint.location(), EarlierFacts.of(checkpoint.manifest().run(), job).differences(now));
  }

  /** Refuses if there are differences. */
  static void refuse(String location, List<String> differences) {
    if (!differences.isEmpty()) {
      throw new GradflowException(
          ExitCode.OUTPUT_BLOCKED,
          location
              + " is of another job; going on would not give what either job says:\n  "
              + String.join("\n  ", differences)
              + "\nundo these changes, start anew (--resume never or another --output), or go on"
              + " with them by --resume-anyway");
    }
  }
}
