package io.gradflow.worker.channel;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.parallel.BlockTeam;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Floats in a local file that processes of one machine map into their memory: one writes, others
 * read, and nothing passes through the network. Holds one set of floats at a time, under a number.
 *
 * <p>The file is for its owner's eyes only: 8 bytes of {@link #MAGIC}, 8 bytes of the number (or
 * {@link #NOTHING} while floats are being written), then the floats, little-endian.
 *
 * <p>Writer and readers take turns by messages of their own; the number finds out who is too late,
 * and a reader whose message has overtaken the floats waits for it. One process writes; each
 * instance is used by one thread at a time.
 */
public final class SharedFloats {
  private static final long MAGIC = 0x47464c4f41543031L;
  private static final long NOTHING = -1;
  private static final int NUMBER_AT = Long.BYTES;
  private static final int HEADER_BYTES = 2 * Long.BYTES;
  private static final int CHUNK_BYTES = 1 << 20;
  private static final long POLL_NANOS = 50_000;

  /** What is read at a time to be added: it stays in the first-level cache meanwhile. */
  private static final ThreadLocal<float[]> CHUNK = ThreadLocal.withInitial(() -> new float[2048]);

  /** More floats than this are faster through a file than in a message; {@code ChannelBench}. */
  private static final int MAX_MESSAGE_FLOATS = 1 << 14;

  private final Path file;
  private final MappedByteBuffer header;
  private final FloatBuffer floats;

  private SharedFloats(Path file, MappedByteBuffer map) {
    this.file = file;
    this.header = map;
    map.order(ByteOrder.LITTLE_ENDIAN);
    this.floats =
        map.slice(HEADER_BYTES, map.capacity() - HEADER_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
  }

  /** How many floats the largest file holds. */
  public static int maxFloats() {
    return (Integer.MAX_VALUE - HEADER_BYTES) / Float.BYTES;
  }

  /**
   * The largest array that rides in a message between two processes.
   *
   * @param otherwiseBlocks the largest where larger ones are blocks
   * @param sharesFiles whether both map these files
   */
  public static int maxInlineFloats(int otherwiseBlocks, boolean sharesFiles) {
    return sharesFiles ? Math.min(otherwiseBlocks, MAX_MESSAGE_FLOATS) : otherwiseBlocks;
  }

  /**
   * Makes a file and fills it, so that a full disk is found out here and not when it is written to.
   *
   * @throws IOException if the file is there already or cannot be made
   */
  public static SharedFloats create(Path file, int floats) throws IOException {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownerOnly =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Files.createFile(file, ownerOnly);
    long bytes = HEADER_BYTES + (long) floats * Float.BYTES;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(CHUNK_BYTES, bytes));
      for (long left = bytes; left > 0; ) {
        zeros.position(0).limit((int) Math.min(zeros.capacity(), left));
        left -= channel.write(zeros);
      }
      SharedFloats made =
          new SharedFloats(file, channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes));
      made.header.putLong(NUMBER_AT, NOTHING);
      made.header.putLong(0, MAGIC);
      return made;
    }
  }

  /**
   * Maps what another process has made.
   *
   * @throws IOException if there is no such file, or it is not one of these
   */
  public static SharedFloats open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() < HEADER_BYTES) {
        throw new IOException(file + " has " + channel.size() + " bytes; expected a header");
      }
      SharedFloats opened =
          new SharedFloats(file, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
      if (opened.header.getLong(0) != MAGIC) {
        throw new IOException(file + " does not begin as a file of shared floats");
      }
      return opened;
    }
  }

  public Path file() {
    return file;
  }

  /** Floats that it can hold. */
  public int capacity() {
    return floats.capacity();
  }

  /**
   * Puts arrays in, one after the other, in place of what was there.
   *
   * @param team copies them
   */
  public void write(long number, List<float[]> arrays, BlockTeam team) {
    header.putLong(NUMBER_AT, NOTHING);
    VarHandle.fullFence();
    int at = 0;
    for (float[] array : arrays) {
      int start = at;
      team.overFloats(array.length, (from, count) -> floats.put(start + from, array, from, count));
      at += array.length;
    }
    VarHandle.fullFence();
    header.putLong(NUMBER_AT, number);
  }

  /**
   * Waits until floats are there under a number: a message about them may have overtaken them.
   *
   * @return whether they are; false if they have not come in time, or some of a larger number have
   */
  public boolean await(long number, long timeoutMs) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (true) {
      long there = header.getLong(NUMBER_AT);
      if (there >= number) {
        return there == number;
      }
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException("while waiting for floats " + number + " in " + file);
      }
      // Not spinning: the writer may need this core.
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /**
   * Fills an array with the floats from {@code at} on.
   *
   * @param team copies them
   * @return whether what it holds is what was written under this number
   */
  public boolean read(long number, int at, float[] into, BlockTeam team) {
    return ifThere(
        number,
        () ->
            team.overFloats(
                into.length, (from, count) -> floats.get(at + from, into, from, count)));
  }

  /**
   * Adds the floats from {@code at} on to an array, without a copy of them in between.
   *
   * @param team adds them
   * @return whether what was added was written under this number; if not, the array is lost
   */
  public boolean addTo(long number, int at, float[] sum, BlockTeam team) {
    return ifThere(
        number,
        () -> team.overFloats(sum.length, (from, count) -> addTo(sum, at + from, from, count)));
  }

  private void addTo(float[] sum, int at, int from, int count) {
    float[] chunk = CHUNK.get();
    for (int done = 0; done < count; done += chunk.length) {
      int some = Math.min(chunk.length, count - done);
      floats.get(at + done, chunk, 0, some);
      ArrayKernels.addInPlace(some, sum, from + done, chunk, 0);
    }
  }

  private boolean ifThere(long number, Runnable read) {
    if (header.getLong(NUMBER_AT) != number) {
      return false;
    }
    VarHandle.fullFence();
    read.run();
    VarHandle.fullFence();
    return header.getLong(NUMBER_AT) == number;
  }
}
