package io.gradflow.common.array;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;

/** The identity of a flat weight vector. */
public final class WeightsDigest {
  private static final int BUFFER_BYTES = 1 << 16;

  private WeightsDigest() {}

  /** SHA-256 of the floats' raw little-endian bytes, in lower-case hexadecimal. */
  public static String sha256(float[] weights) {
    MessageDigest digest = Sha256.begin();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < weights.length; ) {
      int count = Math.min(weights.length - i, BUFFER_BYTES / Float.BYTES);
      buffer.clear();
      buffer.asFloatBuffer().put(weights, i, count);
      buffer.limit(count * Float.BYTES);
      digest.update(buffer);
      i += count;
    }
    return Sha256.end(digest);
  }
}
