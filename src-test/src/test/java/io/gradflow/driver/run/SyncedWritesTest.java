package io.gradflow.driver.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Content reaches the disk before its name does. */
class SyncedWritesTest {
  private static final List<String> EVENTS = new ArrayList<>();

  @TempDir java.nio.file.Path directory;

  @Test
  void write_fileSystemThatSyncs_allOfItBeforeTheRename() throws IOException {
    EVENTS.clear();
    Configuration configuration = new Configuration(false);
    configuration.set("fs.file.impl", Recorder.class.getName());
    configuration.setBoolean("fs.file.impl.disable.cache", true);
    HadoopStorage storage = new HadoopStorage(new Path(directory.toUri()), configuration);
    storage.write("a.txt", out -> out.write("content".getBytes(StandardCharsets.UTF_8)));
    assertEquals(List.of("7 bytes written", "synced", "closed", "renamed to a.txt"), EVENTS);
    assertEquals("content", Files.readString(directory.resolve("a.txt")));
  }

  /** Says what is done to files. */
  public static final class Recorder extends RawLocalFileSystem {
    @Override
    public FSDataOutputStream create(
        Path path,
        FsPermission permission,
        boolean overwrite,
        int bufferBytes,
        short replication,
        long blockBytes,
        Progressable progress)
        throws IOException {
      return new FSDataOutputStream(
          new RecordingStream(Files.newOutputStream(pathToFile(path).toPath())), null);
    }

    @Override
    public FSDataOutputStream create(
        Path path,
        boolean overwrite,
        int bufferBytes,
        short replication,
        long blockBytes,
        Progressable progress)
        throws IOException {
      return create(path, null, overwrite, bufferBytes, replication, blockBytes, progress);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      EVENTS.add("renamed to " + to.getName());
      return super.rename(from, to);
    }
  }

  private static final class RecordingStream extends OutputStream
      implements Syncable, StreamCapabilities {
    private final OutputStream file;
    private boolean closed;

    RecordingStream(OutputStream file) {
      this.file = file;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      EVENTS.add(length + " bytes written");
      file.write(bytes, offset, length);
    }

    @Override
    public void hflush() {
      EVENTS.add("flushed");
    }

    @Override
    public void hsync() {
      EVENTS.add("synced");
    }

    @Override
    public boolean hasCapability(String capability) {
      return capability.equals(StreamCapabilities.HSYNC);
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        EVENTS.add("closed");
        file.close();
      }
    }
  }
}
