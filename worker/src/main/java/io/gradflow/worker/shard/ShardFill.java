package io.gradflow.worker.shard;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Iterator;

/** How the file of a micro-shard comes to be; goes to executors with the RDD. */
interface ShardFill extends Serializable {
  /**
   * Writes the file: under its name once it is whole.
   *
   * @param rows the parent's partition of the micro-shard
   */
  void fill(int microShard, Iterator<byte[]> rows, Path file) throws IOException;
}
