package io.gradflow.driver.step;

import io.gradflow.common.message.BlockRef;
import io.gradflow.common.message.Weights;
import io.gradflow.common.parallel.BlockTeam;
import io.gradflow.common.reduce.GradientSource;
import io.gradflow.common.reduce.SumArrays;
import io.gradflow.worker.channel.SharedFloats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's side of the files that it and tasks on its machine map: a folder in Spark's local
 * directory with the weights, next to which tasks put their sums. Goes when it is closed, or with
 * Spark's directory.
 *
 * <p>Used by the trainer's thread, with help, since the cores are idle meanwhile.
 */
final class SharedFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedFolder.class);

  /** How long a task may take to write what it has announced; it asks again if it is too late. */
  private static final long WRITING_MILLIS = 1000;

  private final Path folder;
  private final SharedFloats weights;
  private final BlockRef weightsRef;
  private final SumArrays arrays;
  private final BlockTeam team;
  private final Map<String, SharedFloats> sums = new HashMap<>();
  private long written = LeaseSlot.NOBODY;

  private SharedFolder(Path folder, SharedFloats weights, SumArrays arrays, BlockTeam team) {
    this.folder = folder;
    this.weights = weights;
    this.arrays = arrays;
    this.team = team;
    this.weightsRef =
        BlockRef.file(SparkEnv.get().executorId(), weights.file().toAbsolutePath().toString());
  }

  /**
   * A folder for so many weights; empty, with a line in the log, if the disk does not let us.
   *
   * @param disk the directory to make it in
   * @param arrays where gradients that have to wait are read to
   * @param team of the trainer's thread
   */
  static Optional<SharedFolder> create(
      Path disk, int parameters, SumArrays arrays, BlockTeam team) {
    if (parameters > SharedFloats.maxFloats()) {
      return Optional.empty();
    }
    try {
      Path folder = Files.createTempDirectory(disk, "gradflow-");
      SharedFloats weights = SharedFloats.create(folder.resolve("weights"), parameters);
      return Optional.of(new SharedFolder(folder, weights, arrays, team));
    } catch (IOException e) {
      LOG.info("arrays travel as blocks: {}", e.toString());
      return Optional.empty();
    }
  }

  /** Where the weights are, or will be, for tasks to open. */
  BlockRef weights() {
    return weightsRef;
  }

  /** Writes the weights unless they are there, and says where. */
  BlockRef put(Weights version) {
    if (written != version.version()) {
      weights.write(version.version(), List.of(version.values()), team);
      written = version.version();
    }
    return weightsRef;
  }

  /**
   * The gradients of a report, which may have overtaken them; empty if there are others by now, or
   * none in time.
   *
   * @param number of the command that they were computed for
   * @param count how many, one after the other
   */
  Optional<List<GradientSource>> gradients(BlockRef ref, long number, int count)
      throws InterruptedException {
    try {
      SharedFloats file = sums.get(ref.blockId());
      if (file == null) {
        file = SharedFloats.open(Path.of(ref.blockId()));
        sums.put(ref.blockId(), file);
      }
      if (!file.await(number, WRITING_MILLIS)) {
        return Optional.empty();
      }
      List<GradientSource> gradients = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        gradients.add(new FileGradient(file, number, i * weights.capacity(), arrays, team));
      }
      return Optional.of(gradients);
    } catch (IOException e) {
      LOG.debug("cannot read {}", ref, e);
      return Optional.empty();
    }
  }

  /** Lets go of the sums' files, whose tasks have ended. */
  void forget() {
    sums.clear();
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      LOG.debug("{} goes with Spark's local directory", folder, e);
    }
  }
}
