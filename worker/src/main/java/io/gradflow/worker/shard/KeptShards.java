package io.gradflow.worker.shard;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The copies of a data set's packed shards in a directory of any Hadoop file system. A copy is
 * fetched to the executor's local disk and verified: its length, which bounds what is read, and the
 * checksum of its bytes; the shard's own checksums follow when it is opened.
 *
 * @param directory a URI
 * @param shards by micro-shard
 * @param hadoop the file systems' configuration
 */
record KeptShards(
    String directory, List<KeptShard> shards, Broadcast<SerializableConfiguration> hadoop)
    implements ShardFill {
  private static final int BUFFER_BYTES = 1 << 16;

  KeptShards {
    shards = List.copyOf(shards);
  }

  /**
   * @throws UnusableShardException if the copy is not what was kept
   */
  @Override
  public void fill(int microShard, Iterator<byte[]> rows, Path file) throws IOException {
    KeptShard kept = shards.get(microShard);
    org.apache.hadoop.fs.Path copy = new org.apache.hadoop.fs.Path(directory, kept.name());
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try (FSDataInputStream in = open(copy);
        OutputStream out = Files.newOutputStream(partial)) {
      fetch(in, copy, kept, out);
    } catch (IOException e) {
      Files.deleteIfExists(partial);
      throw e;
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Copies a shard's file.
   *
   * @param name of the copy: nobody else's
   */
  static KeptShard keep(
      Path file, String directory, String name, SerializableConfiguration configuration)
      throws IOException {
    org.apache.hadoop.fs.Path copy = new org.apache.hadoop.fs.Path(directory, name);
    FileSystem files = copy.getFileSystem(configuration.value());
    CRC32C crc = new CRC32C();
    long bytes = 0;
    byte[] buffer = new byte[BUFFER_BYTES];
    try (var in = Files.newInputStream(file);
        OutputStream out = files.create(copy, true)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        crc.update(buffer, 0, read);
        bytes += read;
      }
    }
    return new KeptShard(name, bytes, crc.getValue());
  }

  private FSDataInputStream open(org.apache.hadoop.fs.Path copy) throws UnusableShardException {
    try {
      return copy.getFileSystem(hadoop.value().value()).open(copy);
    } catch (FileNotFoundException e) {
      throw new UnusableShardException(copy + " is missing", e);
    } catch (IOException e) {
      throw new UnusableShardException(copy + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static void fetch(
      FSDataInputStream in, org.apache.hadoop.fs.Path copy, KeptShard kept, OutputStream out)
      throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = kept.bytes();
    while (true) {
      int read;
      try {
        read = in.read(buffer);
      } catch (IOException e) {
        throw new UnusableShardException(copy + " cannot be read: " + e.getMessage(), e);
      }
      left -= Math.max(read, 0);
      if (left < 0 || (read < 0 && left > 0)) {
        throw new UnusableShardException(
            "%s has %s than the %d bytes that were written"
                .formatted(copy, left < 0 ? "more" : "less", kept.bytes()),
            null);
      }
      if (read < 0) {
        break;
      }
      crc.update(buffer, 0, read);
      out.write(buffer, 0, read);
    }
    if (crc.getValue() != kept.crc32c()) {
      throw new UnusableShardException(
          copy + " is damaged: the checksum of its bytes does not match", null);
    }
  }
}
