package io.gradflow.driver.checkpoint;

import io.gradflow.common.array.Sha256;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/**
 * What a manifest says of a file.
 *
 * @param bytes its length
 * @param sha256 of its bytes, in lower-case hexadecimal
 */
public record CheckpointFile(long bytes, String sha256) {
  public CheckpointFile {
    if (bytes < 0) {
      throw new IllegalArgumentException("a file of " + bytes + " bytes");
    }
  }

  /** Counts and digests what is written; leaves the stream below open. */
  static final class Gauge extends FilterOutputStream {
    private final MessageDigest digest = Sha256.begin();
    private long bytes;

    Gauge(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
      digest.update((byte) value);
      bytes++;
    }

    @Override
    public void write(byte[] values, int offset, int length) throws IOException {
      out.write(values, offset, length);
      digest.update(values, offset, length);
      bytes += length;
    }

    /** What has been written. */
    CheckpointFile file() {
      return new CheckpointFile(bytes, Sha256.end(digest));
    }
  }
}
