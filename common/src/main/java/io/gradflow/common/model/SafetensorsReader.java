package io.gradflow.common.model;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * Reads a safetensors file front to back: the header at once, then tensors in the order of their
 * bytes, each read or passed over.
 *
 * <p>The whole header is checked before any tensor is read; {@link #finish()} checks that nothing
 * follows the last one. One owner, one thread; closes the stream that it was given.
 *
 * @see Safetensors the format
 */
public final class SafetensorsReader implements Closeable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final String where;
  private final SafetensorsHeader header;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long position;

  /**
   * Reads and checks the header.
   *
   * @param in owned by this reader from here on, also if this fails
   * @param where the file's location, for messages
   * @throws GradflowException if it is not a well-formed safetensors file
   */
  public SafetensorsReader(InputStream in, String where) throws IOException {
    this.in = in;
    this.where = where;
    try {
      this.header = SafetensorsHeader.parse(headerBytes(), where);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** The tensors in the order of their bytes. */
  public List<SafetensorsEntry> entries() {
    return header.entries();
  }

  /** The header's free text by key. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /**
   * Reads one tensor as float32 into {@code values[offset ..]}, passing over those before it.
   *
   * @param entry one of {@link #entries()}, not before the last one read
   * @throws GradflowException if its type is not one that can be converted to float32, a value does
   *     not fit, or the file ends early
   */
  public void read(SafetensorsEntry entry, float[] values, int offset) throws IOException {
    SafetensorsType type = entry.type();
    if (!type.readable()) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          where
              + ": tensor "
              + entry.name()
              + " has dtype "
              + type
              + "; this build reads F32, F64, F16, BF16 and I64: convert it");
    }
    skipTo(entry);
    int to = Math.toIntExact(offset + entry.elements());
    for (int i = offset; i < to; ) {
      int count = Math.min(to - i, BUFFER_BYTES / type.bytes());
      fill(entry, count * type.bytes());
      for (int end = i + count; i < end; i++) {
        values[i] = type.next(buffer, entry.name());
      }
    }
    position = entry.end();
  }

  /**
   * Passes over what is left and checks that the file ends with the last tensor.
   *
   * @throws GradflowException if it ends before or goes on
   */
  public void finish() throws IOException {
    for (SafetensorsEntry entry : entries()) {
      if (entry.begin() >= position) {
        skipTo(entry);
        skip(entry, entry.end());
      }
    }
    long extra = 0;
    for (int read = in.read(buffer.array()); read > 0; read = in.read(buffer.array())) {
      extra += read;
    }
    if (extra > 0) {
      throw new GradflowException(
          ExitCode.BAD_DATA, where + ": " + extra + " bytes follow the last tensor");
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private byte[] headerBytes() throws IOException {
    byte[] prefix = in.readNBytes(Long.BYTES);
    if (prefix.length < Long.BYTES) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          where
              + ": not a safetensors file: "
              + prefix.length
              + " bytes long; expected at least 8");
    }
    long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > Safetensors.MAX_HEADER_BYTES) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          where
              + ": not a safetensors file: header of "
              + Long.toUnsignedString(length)
              + " bytes; expected 2 to "
              + Safetensors.MAX_HEADER_BYTES);
    }
    byte[] json = in.readNBytes((int) length);
    if (json.length < length) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          where + ": ends after " + json.length + " of the header's " + length + " bytes");
    }
    return json;
  }

  private void skipTo(SafetensorsEntry entry) throws IOException {
    if (entry.begin() < position) {
      throw new IllegalStateException(
          "tensor " + entry.name() + " lies before the last one read; read in file order");
    }
    skip(entry, entry.begin());
  }

  private void skip(SafetensorsEntry entry, long to) throws IOException {
    while (position < to) {
      int count = (int) Math.min(BUFFER_BYTES, to - position);
      fill(entry, count);
      position += count;
    }
  }

  private void fill(SafetensorsEntry entry, int bytes) throws IOException {
    buffer.clear();
    if (in.readNBytes(buffer.array(), 0, bytes) < bytes) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          where
              + ": the file ends inside tensor "
              + entry.name()
              + " ("
              + entry.describe()
              + ", data bytes "
              + entry.begin()
              + " to "
              + entry.end()
              + ")");
    }
    buffer.limit(bytes);
  }
}
