package io.gradflow.worker.shard;

import java.io.Serializable;

/**
 * The copy of a packed shard.
 *
 * @param name of the file in the directory that holds it
 * @param bytes its length
 * @param crc32c of its bytes
 */
public record KeptShard(String name, long bytes, long crc32c) implements Serializable {
  public KeptShard {
    if (!name.matches("[\\w.-]+") || bytes < 0) {
      throw new IllegalArgumentException("kept shard " + name + " of " + bytes + " bytes");
    }
  }
}
