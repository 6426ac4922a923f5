package io.gradflow.common.serial;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Arrays in bulk: length as a variable-length integer, then little-endian elements, copied through
 * a chunk that is reused. Owned by one serializer, which Kryo uses from one thread.
 */
final class BulkArrays {
  private static final int CHUNK_BYTES = 1 << 15;

  private byte[] chunk;
  private ByteBuffer view;

  void writeFloats(Output output, float[] values) {
    output.writeVarInt(values.length, true);
    allocate();
    for (int at = 0; at < values.length; ) {
      int count = Math.min(CHUNK_BYTES / Float.BYTES, values.length - at);
      view.asFloatBuffer().put(values, at, count);
      output.writeBytes(chunk, 0, count * Float.BYTES);
      at += count;
    }
  }

  float[] readFloats(Input input) {
    float[] values = new float[length(input, Float.BYTES)];
    allocate();
    for (int at = 0; at < values.length; ) {
      int count = Math.min(CHUNK_BYTES / Float.BYTES, values.length - at);
      input.readBytes(chunk, 0, count * Float.BYTES);
      view.asFloatBuffer().get(values, at, count);
      at += count;
    }
    return values;
  }

  void writeDoubles(Output output, double[] values) {
    output.writeVarInt(values.length, true);
    allocate();
    for (int at = 0; at < values.length; ) {
      int count = Math.min(CHUNK_BYTES / Double.BYTES, values.length - at);
      view.asDoubleBuffer().put(values, at, count);
      output.writeBytes(chunk, 0, count * Double.BYTES);
      at += count;
    }
  }

  double[] readDoubles(Input input) {
    double[] values = new double[length(input, Double.BYTES)];
    allocate();
    for (int at = 0; at < values.length; ) {
      int count = Math.min(CHUNK_BYTES / Double.BYTES, values.length - at);
      input.readBytes(chunk, 0, count * Double.BYTES);
      view.asDoubleBuffer().get(values, at, count);
      at += count;
    }
    return values;
  }

  private static int length(Input input, int elementBytes) {
    int length = input.readVarInt(true);
    // Without a stream behind it the input is all there is: a corrupt length is found out before
    // memory is asked for.
    long limit =
        input.getInputStream() == null
            ? (input.limit() - input.position()) / elementBytes
            : Integer.MAX_VALUE - 8;
    if (length < 0 || length > limit) {
      throw new KryoException(
          "an array of " + length + " elements where at most " + limit + " can follow");
    }
    return length;
  }

  private void allocate() {
    if (chunk == null) {
      chunk = new byte[CHUNK_BYTES];
      view = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
