package io.gradflow.chaos;

import io.gradflow.testkit.LocalCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A file system in memory of two megabytes, which takes the right to mount one. */
final class SmallDisk implements AutoCloseable {
  private static final int CHUNK_BYTES = 1024;

  private final Path path;

  private SmallDisk(Path path) {
    this.path = path;
  }

  /** Mounts it; skips the test where that is not permitted. */
  static SmallDisk mount(Path path) throws IOException {
    Files.createDirectories(path);
    Assumptions.assumeTrue(
        LocalCommand.succeeds("mount", "-t", "tmpfs", "-o", "size=2m", "none", path.toString()),
        "skipped: no right to mount a small file system");
    return new SmallDisk(path);
  }

  Path path() {
    return path;
  }

  /** Fills it to the last byte; what fills it is deleted when the deed is undone. */
  Deed fill() {
    return (site, application, directory) -> {
      Path filler = path.resolve("filler");
      try (OutputStream out = Files.newOutputStream(filler)) {
        byte[] chunk = new byte[CHUNK_BYTES];
        while (true) {
          out.write(chunk);
        }
      } catch (IOException full) {
        // That is what was wanted.
      }
      return () -> filler.toFile().delete();
    };
  }

  @Override
  public void close() throws IOException {
    LocalCommand.run("umount", "-l", path.toString());
  }
}
