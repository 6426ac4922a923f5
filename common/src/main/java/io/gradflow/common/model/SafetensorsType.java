package io.gradflow.common.model;

import io.gradflow.common.array.Float16;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.nio.ByteBuffer;

/**
 * The element types of the format that this build knows the width of; the first five are converted
 * to float32 when read.
 */
public enum SafetensorsType {
  F32(4, true),
  F64(8, true),
  F16(2, true),
  BF16(2, true),
  I64(8, true),
  BOOL(1, false),
  U8(1, false),
  I8(1, false),
  F8_E5M2(1, false),
  F8_E4M3(1, false),
  I16(2, false),
  U16(2, false),
  I32(4, false),
  U32(4, false),
  U64(8, false);

  private static final long EXACT_INTEGERS = 1L << 24;

  private final int bytes;
  private final boolean readable;

  SafetensorsType(int bytes, boolean readable) {
    this.bytes = bytes;
    this.readable = readable;
  }

  /** Bytes an element. */
  int bytes() {
    return bytes;
  }

  /** Whether {@link #next} can convert it. */
  boolean readable() {
    return readable;
  }

  /**
   * The next element as float32. F16 and BF16 are exact; F64 is rounded to nearest; I64 must be
   * exact.
   *
   * @throws GradflowException if a finite F64 overflows float32 or an I64 is beyond 2^24
   */
  float next(ByteBuffer data, String tensor) {
    return switch (this) {
      case F32 -> data.getFloat();
      case F16 -> Float16.toFloat(data.getShort());
      case BF16 -> Float.intBitsToFloat(data.getShort() << 16);
      case F64 -> {
        double value = data.getDouble();
        float rounded = (float) value;
        if (Float.isInfinite(rounded) && !Double.isInfinite(value)) {
          throw inexact(tensor, String.valueOf(value));
        }
        yield rounded;
      }
      case I64 -> {
        long value = data.getLong();
        if (value > EXACT_INTEGERS || value < -EXACT_INTEGERS) {
          throw inexact(tensor, String.valueOf(value));
        }
        yield value;
      }
      default -> throw new IllegalStateException(name());
    };
  }

  private GradflowException inexact(String tensor, String value) {
    return new GradflowException(
        ExitCode.BAD_DATA,
        "tensor " + tensor + " (" + name() + ") holds " + value + ", which float32 cannot");
  }
}
