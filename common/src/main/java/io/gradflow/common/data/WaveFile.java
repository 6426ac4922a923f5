package io.gradflow.common.data;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The samples of a WAV file (RIFF, PCM of 8 to 32 bits or float32), all channels averaged, from -1
 * to 1.
 */
final class WaveFile {
  private static final int RIFF = 0x46464952;
  private static final int WAVE = 0x45564157;
  private static final int FORMAT = 0x20746D66;
  private static final int DATA = 0x61746164;
  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int EXTENSIBLE = 0xFFFE;

  private final int rate;
  private final double[] samples;

  private WaveFile(int rate, double[] samples) {
    this.rate = rate;
    this.samples = samples;
  }

  /** Samples a second. */
  int rate() {
    return rate;
  }

  double[] samples() {
    return samples;
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is none that can be read, naming the fault
   */
  static WaveFile read(byte[] file) {
    try {
      return read(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN));
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a WAV file of " + file.length + " bytes is cut short", e);
    }
  }

  private static WaveFile read(ByteBuffer file) {
    if (file.getInt() != RIFF || file.getInt() == 0 || file.getInt() != WAVE) {
      throw new IllegalArgumentException(file.capacity() + " bytes that are no WAV file");
    }
    int encoding = 0;
    int channels = 0;
    int rate = 0;
    int bits = 0;
    while (true) {
      int chunk = file.getInt();
      int length = file.getInt();
      int start = file.position();
      if (chunk == DATA && channels > 0) {
        return new WaveFile(rate, samples(file, encoding, channels, bits, length));
      }
      if (chunk == FORMAT) {
        encoding = file.getShort() & 0xFFFF;
        channels = file.getShort();
        rate = file.getInt();
        file.position(start + 14);
        bits = file.getShort();
        encoding = encoding == EXTENSIBLE ? file.getShort(start + 24) : encoding;
        boolean known =
            (encoding == PCM && bits % Byte.SIZE == 0 && bits >= 8 && bits <= 32)
                || (encoding == FLOAT && bits == 32);
        if (!known || channels < 1 || rate < 1) {
          throw new IllegalArgumentException(
              "a WAV file of encoding %d, %d bits, %d channels, %d Hz; expected PCM of 8 to 32 bits"
                  .formatted(encoding, bits, channels, rate));
        }
      }
      long next = start + Integer.toUnsignedLong(length) + (length & 1);
      if (next > file.limit()) {
        throw new BufferUnderflowException();
      }
      file.position((int) next);
    }
  }

  private static double[] samples(
      ByteBuffer file, int encoding, int channels, int bits, int length) {
    if (length < 0 || length > file.remaining()) {
      throw new BufferUnderflowException();
    }
    double[] samples = new double[length / (channels * bits / Byte.SIZE)];
    for (int i = 0; i < samples.length; i++) {
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        sum +=
            encoding == FLOAT ? file.getFloat() : whole(file, bits) / (double) (1L << (bits - 1));
      }
      samples[i] = sum / channels;
    }
    return samples;
  }

  private static int whole(ByteBuffer file, int bits) {
    return switch (bits) {
      case 8 -> (file.get() & 0xFF) - 128;
      case 16 -> file.getShort();
      case 24 -> (file.getShort() & 0xFFFF) | file.get() << 16;
      default -> file.getInt();
    };
  }
}
