package io.gradflow.driver.data;

import io.gradflow.common.array.CounterRng;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A 64-bit hash of bytes: eight at a time through the finalizer of SplitMix64. */
final class RowHash {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private RowHash() {}

  static long of(byte[] bytes, int from) {
    long hash = (long) bytes.length - from;
    int at = from;
    for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
      hash = CounterRng.mix(hash ^ (long) LONGS.get(bytes, at)) + 0x9E3779B97F4A7C15L;
    }
    long tail = 0;
    for (int i = bytes.length - 1; i >= at; i--) {
      tail = (tail << Byte.SIZE) | (bytes[i] & 0xFF);
    }
    return CounterRng.mix(hash ^ tail);
  }
}
