package io.gradflow.common.message;

/**
 * Where an array waits to be fetched: floats, little-endian, as they are in memory; a block of
 * another process, or a file that sender and receiver both map.
 *
 * @param host of the block transfer service that serves it; empty for a file
 * @param port of that service; 0 for a file
 * @param executorId whose block it is
 * @param blockId its name there; the path of a file
 */
public record BlockRef(String host, int port, String executorId, String blockId) {
  /** An array in a file. */
  public static BlockRef file(String executorId, String path) {
    return new BlockRef("", 0, executorId, path);
  }

  /** Whether it waits in a file, not in a block. */
  public boolean isFile() {
    return port == 0;
  }
}
