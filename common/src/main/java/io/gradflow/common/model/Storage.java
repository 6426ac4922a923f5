package io.gradflow.common.model;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Files below one root directory, named by relative paths with {@code /}: a local directory here,
 * any Hadoop file system in the driver.
 */
public interface Storage {
  /** What goes into a file; leaves the stream open. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** A directory of the local file system. */
  static Storage local(Path root) {
    return new LocalStorage(root);
  }

  /** The full location of a name, for messages; the root itself for "". */
  String location(String name);

  /**
   * Opens a file for reading.
   *
   * @throws GradflowException INPUT_MISSING if there is none
   */
  InputStream open(String name) throws IOException;

  /**
   * Reads a small file whole.
   *
   * @param maxBytes more than any file of its kind has
   * @throws GradflowException INPUT_MISSING if there is none; BAD_DATA if it is longer
   */
  default byte[] read(String name, int maxBytes) throws IOException {
    try (InputStream in = open(name)) {
      byte[] bytes = in.readNBytes(maxBytes);
      if (in.read() >= 0) {
        throw new GradflowException(
            ExitCode.BAD_DATA,
            location(name) + " is longer than " + maxBytes + " bytes; not a file of its kind");
      }
      return bytes;
    }
  }

  /**
   * Writes a file and the directories above it: to a temporary name beside it first, then renamed,
   * so that readers find the old file or the whole new one. Its content is on the disk before the
   * name is, where the file system can say so, so that this holds after a power cut too.
   *
   * @throws GradflowException OUTPUT_BLOCKED if it cannot be created
   */
  void write(String name, Content content) throws IOException;

  /**
   * Writes a small file unless there is one of that name: of several who try, one succeeds, where
   * the file system can create files exclusively (object stores may let a later one replace it).
   *
   * @return whether this call made it
   * @throws GradflowException OUTPUT_BLOCKED if it cannot be created
   */
  boolean create(String name, byte[] content) throws IOException;

  /**
   * Opens a file that grows: what was flushed can be read by others, where the file system allows
   * that. Replaces a file of that name; the caller closes it.
   *
   * @throws GradflowException OUTPUT_BLOCKED if it cannot be created
   */
  OutputStream grow(String name) throws IOException;

  /** Whether there is a file or directory of that name; "" asks for the root. */
  boolean exists(String name) throws IOException;

  /** The names directly below a directory, sorted; empty if there is no such directory. */
  List<String> list(String name) throws IOException;

  /** Deletes a file, or a directory with all that is in it; nothing if there is none. */
  void delete(String name) throws IOException;

  /** The same storage, rooted at a directory below this root. */
  Storage below(String name);
}
