package io.gradflow.chaos;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Damage to files: one bit is another than was written. */
final class Damage {
  /** The files of a checkpoint of {@link ChaosJob}. */
  static final List<String> FILES =
      List.of("weights.safetensors", "optimizer.safetensors", "state.json", "manifest.json");

  private Damage() {}

  /** Flips a bit anywhere. */
  static void flip(Path file, Random random) throws IOException {
    flip(file, random, 0);
  }

  /**
   * Flips a bit.
   *
   * @param from of the bytes that may be hit, the first
   */
  static void flip(Path file, Random random, long from) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long at = from + random.nextInt((int) (bytes.length() - from));
      bytes.seek(at);
      int value = bytes.read();
      bytes.seek(at);
      bytes.write(value ^ (1 << random.nextInt(Byte.SIZE)));
    }
  }
}
