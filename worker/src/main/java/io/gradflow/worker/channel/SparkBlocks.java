package io.gradflow.worker.channel;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.BlockRef;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkEnv;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.shuffle.BlockFetchingListener;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.BroadcastBlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.io.ChunkedByteBuffer;
import scala.reflect.ClassTag$;

/**
 * Large arrays through Spark's block transfer: put into this process's block manager without
 * telling the master, fetched by whoever has the reference. One buffer, reused: at steady state
 * nothing of the arrays' size is allocated. Used by one thread.
 *
 * <p>Blocks are named as pieces of the run's broadcast, so that whatever is left of them goes when
 * that is destroyed.
 */
public final class SparkBlocks implements AutoCloseable {
  private static final long FETCH_SECONDS = 120;
  private static final int CHUNK_BYTES = 1 << 16;

  private final long broadcastId;
  private final String prefix;
  private ByteBuffer buffer;
  private BroadcastBlockId held;
  private long count;

  /**
   * @param broadcastId of a broadcast that lives as long as the run
   * @param prefix tells this user's blocks from others'; letters, digits and underscores
   */
  public SparkBlocks(long broadcastId, String prefix) {
    this.broadcastId = broadcastId;
    this.prefix = prefix;
  }

  /**
   * Holds arrays ready, one after the other, in place of what was held before, which must have been
   * fetched by all that need it.
   *
   * @throws GradflowException if there is no memory to hold them
   */
  public BlockRef put(List<float[]> arrays) {
    close();
    long bytes = floats(arrays) * Float.BYTES;
    if (buffer == null || buffer.capacity() != bytes) {
      buffer = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }
    FloatBuffer floats = buffer.asFloatBuffer();
    arrays.forEach(floats::put);
    BroadcastBlockId id = new BroadcastBlockId(broadcastId, prefix + "_" + count++);
    BlockManager blocks = SparkEnv.get().blockManager();
    boolean stored =
        blocks.putBytes(
            id,
            new ChunkedByteBuffer(buffer.duplicate()),
            StorageLevel.MEMORY_ONLY_SER(),
            false,
            ClassTag$.MODULE$.apply(byte[].class));
    if (!stored) {
      throw new GradflowException(
          ExitCode.INTERNAL,
          "no storage memory for "
              + bytes
              + " bytes on executor "
              + SparkEnv.get().executorId()
              + "; raise its memory, or use stepRunner: job");
    }
    held = id;
    BlockManagerId place = blocks.blockManagerId();
    return new BlockRef(place.host(), place.port(), place.executorId(), id.name());
  }

  /** Lets go of what is held. */
  @Override
  public void close() {
    if (held != null) {
      SparkEnv.get().blockManager().removeBlock(held, false);
      held = null;
    }
  }

  /** Fetches floats into an array and waits for them. */
  public static void fetch(BlockRef block, float[] into) throws InterruptedException {
    try {
      fetch(block, List.of(into)).get(FETCH_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw failed(block, e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw failed(block, "no answer in " + FETCH_SECONDS + " s", e);
    }
  }

  /** Fetches floats into arrays, one after the other, on a thread of the network. */
  public static CompletableFuture<Void> fetch(BlockRef block, List<float[]> into) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    BlockFetchingListener listener =
        new BlockFetchingListener() {
          @Override
          public void onBlockFetchSuccess(String blockId, ManagedBuffer data) {
            // The transfer releases the buffer after this method.
            try {
              copy(data, into);
              done.complete(null);
            } catch (IOException | RuntimeException e) {
              done.completeExceptionally(e);
            }
          }

          @Override
          public void onBlockFetchFailure(String blockId, Throwable error) {
            done.completeExceptionally(error);
          }
        };
    SparkEnv.get()
        .blockManager()
        .blockTransferService()
        .fetchBlocks(
            block.host(),
            block.port(),
            block.executorId(),
            new String[] {block.blockId()},
            listener,
            null);
    return done;
  }

  // By way of a small chunk: as one buffer, a block that came in several frames would be copied to
  // a new buffer of its size first.
  private static void copy(ManagedBuffer data, List<float[]> into) throws IOException {
    long expected = floats(into) * Float.BYTES;
    if (data.size() != expected) {
      throw new IOException("a block of " + data.size() + " bytes; expected " + expected);
    }
    byte[] chunk = new byte[CHUNK_BYTES];
    FloatBuffer view = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    try (InputStream bytes = data.createInputStream()) {
      for (float[] array : into) {
        for (int at = 0; at < array.length; ) {
          int count = Math.min(CHUNK_BYTES / Float.BYTES, array.length - at);
          if (bytes.readNBytes(chunk, 0, count * Float.BYTES) != count * Float.BYTES) {
            throw new EOFException("a block ends before its size");
          }
          view.get(0, array, at, count);
          at += count;
        }
      }
    }
  }

  private static long floats(List<float[]> arrays) {
    long floats = 0;
    for (float[] array : arrays) {
      floats += array.length;
    }
    return floats;
  }

  private static GradflowException failed(BlockRef block, String why, Throwable cause) {
    return new GradflowException(
        ExitCode.IO,
        "fetching "
            + block.blockId()
            + " from executor "
            + block.executorId()
            + " at "
            + block.host()
            + ":"
            + block.port()
            + " failed: "
            + why,
        cause);
  }
}
