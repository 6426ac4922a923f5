package io.gradflow.worker.channel;

import io.gradflow.common.message.BlockRef;
import io.gradflow.common.parallel.BlockTeam;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task's side of the files that it and a driver on the same machine map: the driver's weights to
 * read, and next to them the task's sums to write. Used by one thread.
 */
final class SharedFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedFiles.class);

  /**
   * Updates take milliseconds. Where one takes longer, or the driver has something else done first,
   * the task asks again.
   */
  private static final long ANNOUNCED_MILLIS = 500;

  private final SharedFloats weights;
  private final String executorId;
  private final long attempt;
  private final BlockTeam alone = BlockTeam.alone();
  private SharedFloats sums;
  private int files;

  private SharedFiles(SharedFloats weights, String executorId, long attempt) throws IOException {
    this.weights = weights;
    this.executorId = executorId;
    this.attempt = attempt;
    this.sums = create(weights.capacity());
  }

  /**
   * Opens the driver's file and makes one of its own; empty if either cannot be, as it is where the
   * driver is elsewhere, another user, or in another container.
   */
  static Optional<SharedFiles> open(ResidentLine line, String executorId, long attempt) {
    try {
      SharedFloats weights = SharedFloats.open(Path.of(line.sharedFile()));
      return Optional.of(new SharedFiles(weights, executorId, attempt));
    } catch (IOException | RuntimeException e) {
      LOG.info("arrays travel as blocks: {}", e.toString());
      return Optional.empty();
    }
  }

  private SharedFloats create(int floats) throws IOException {
    Path file = weights.file().resolveSibling("sums-" + attempt + "-" + files++);
    return SharedFloats.create(file, floats);
  }

  /** Waits for weights that the driver has announced; false if they do not come in time. */
  boolean await(long version) throws InterruptedException {
    return weights.await(version, ANNOUNCED_MILLIS);
  }

  /** Reads the weights; false if there are others by now. */
  boolean read(long version, float[] into) {
    return weights.read(version, 0, into, alone);
  }

  /** Where gradients will be once they are written; empty if there is no room for as many. */
  Optional<BlockRef> place(List<float[]> gradients) {
    long floats = 0;
    for (float[] gradient : gradients) {
      floats += gradient.length;
    }
    if (floats > sums.capacity() && !grow(floats)) {
      return Optional.empty();
    }
    return Optional.of(BlockRef.file(executorId, sums.file().toString()));
  }

  /** Writes gradients that have their {@link #place}, one after the other. */
  void write(long number, List<float[]> gradients) {
    sums.write(number, gradients, alone);
  }

  private boolean grow(long floats) {
    if (floats > SharedFloats.maxFloats()) {
      return false;
    }
    try {
      SharedFloats larger = create((int) floats);
      close();
      sums = larger;
      return true;
    } catch (IOException e) {
      LOG.warn("sums travel as blocks: {}", e.toString());
      return false;
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(sums.file());
    } catch (IOException e) {
      LOG.debug("{} goes with the driver's folder", sums.file(), e);
    }
  }
}
