package io.gradflow.common.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoundColumnTest {
  private static final int RATE = 8000;

  /** The oracle is the definition: a plain Fourier sum, bands from the mel scale's formulas. */
  @Test
  void encode_noise_likeTheDefinition() {
    Random random = new Random(3);
    short[] samples = new short[90];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) (random.nextGaussian() * 5000);
    }
    float[] bands = encode(new SoundColumn("s", RATE, 50, 20, 4, 6, 0), wave(16, 1, samples));
    float[] cepstrum = encode(new SoundColumn("s", RATE, 50, 20, 4, 6, 3), wave(16, 1, samples));
    for (int frame = 0; frame < 4; frame++) {
      double[] energies = energies(samples, frame * 20);
      for (int b = 0; b < 6; b++) {
        assertEquals(Math.log(energies[b] + 1e-6), bands[frame * 6 + b], 1e-5);
      }
      for (int k = 0; k < 3; k++) {
        double sum = 0;
        for (int b = 0; b < 6; b++) {
          sum += Math.log(energies[b] + 1e-6) * Math.cos(Math.PI / 6 * (b + 0.5) * k);
        }
        assertEquals(sum * Math.sqrt((k == 0 ? 1 : 2) / 6.0), cepstrum[frame * 3 + k], 1e-4);
      }
    }
  }

  private static double[] energies(short[] samples, int start) {
    double top = 2595 * Math.log10(1 + 4000 / 700.0);
    double[] energies = new double[6];
    for (int bin = 0; bin <= 32; bin++) {
      double re = 0;
      double im = 0;
      for (int i = 0; i < 50 && start + i < samples.length; i++) {
        double x = samples[start + i] / 32768.0 * Math.pow(Math.sin(Math.PI * i / 50), 2);
        re += x * Math.cos(2 * Math.PI * bin * i / 64);
        im += x * Math.sin(2 * Math.PI * bin * i / 64);
      }
      for (int b = 0; b < 6; b++) {
        double[] edges = new double[3];
        for (int e = 0; e < 3; e++) {
          edges[e] = 700 * (Math.pow(10, top * (b + e) / 7 / 2595) - 1);
        }
        double f = bin * 125.0;
        double weight =
            f < edges[1]
                ? (f - edges[0]) / (edges[1] - edges[0])
                : (edges[2] - f) / (edges[2] - edges[1]);
        energies[b] += Math.max(0, weight) * (re * re + im * im);
      }
    }
    return energies;
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 24, 32, -32})
  void read_everyWidth_sameSamples(int bits) {
    WaveFile wave =
        WaveFile.read(wave(bits, 2, (short) 0x4000, (short) 0, (short) -0x8000, (short) -0x4000));
    assertEquals(RATE, wave.rate());
    assertArrayEquals(new double[] {0.25, -0.75}, wave.samples());
  }

  @Test
  void problem_broken_saysWhy() {
    SoundColumn column = new SoundColumn("s", RATE, 50, 20, 4, 6, 0);
    byte[] good = wave(16, 1, new short[20]);
    assertNull(problem(column, good));
    assertTrue(problem(column, Arrays.copyOf(good, 60)).contains("is cut short"));
    assertTrue(problem(column, Arrays.copyOf(good, 10)).contains("is cut short"));
    assertTrue(problem(column, new byte[100]).contains("100 bytes that are no WAV file"));
    byte[] packed = good.clone();
    packed[20] = 17;
    assertTrue(problem(column, packed).contains("encoding 17, 16 bits, 1 channels, 8000 Hz"));
    String other = problem(new SoundColumn("s", 16000, 50, 20, 4, 6, 0), good);
    assertTrue(other.contains("a sound of 8000 Hz; expected 16000 Hz: set resample: true"), other);
    assertNull(problem(new SoundColumn("s", 16000, 50, 20, 4, 6, 0, true), good));
    String odd = problem(new SoundColumn("s", 65537, 50, 20, 4, 6, 0, true), good);
    assertTrue(odd.contains("a sound of 8000 Hz cannot be resampled to 65537 Hz"), odd);
    assertThrows(
        IllegalArgumentException.class, () -> new SoundColumn("s", RATE, 50, 20, 4, 26, 0));
  }

  /** A tone of two thirds of the rate's half, of a file of the rate and of one of 8,000 Hz. */
  @Test
  void encode_otherRate_likeTheSoundAtItsRate() {
    SoundColumn column = new SoundColumn("s", 6000, 96, 48, 20, 8, 0, true);
    float[] resampled = encode(column, wave(16, 1, tone(8000, 2000)));
    byte[] file = wave(16, 1, tone(6000, 1500));
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(24, 6000);
    float[] own = encode(column, file);
    // The first frame sees where the filter begins.
    for (int i = 8; i < own.length - 8; i++) {
      assertEquals(own[i], resampled[i], 0.02 * Math.max(1, Math.abs(own[i])), "number " + i);
    }
  }

  private static short[] tone(int rate, int samples) {
    short[] tone = new short[samples];
    for (int i = 0; i < samples; i++) {
      tone[i] = (short) Math.round(10_000 * Math.sin(2 * Math.PI * 2000 * i / rate));
    }
    return tone;
  }

  private static float[] encode(SoundColumn column, byte[] file) {
    RawValues values = new RawValues();
    values.set("s", file);
    float[] to = new float[column.width()];
    column.bind().encode(values, to, 0);
    return to;
  }

  private static String problem(SoundColumn column, byte[] file) {
    RawValues values = new RawValues();
    values.set("s", file);
    return column.bind().problem(values);
  }

  /**
   * A WAV file, with a chunk that no reader knows.
   *
   * @param bits negative for floats
   */
  private static byte[] wave(int bits, int channels, short... samples) {
    int bytes = Math.abs(bits) / 8;
    ByteBuffer file =
        ByteBuffer.allocate(54 + bytes * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    file.putInt(file.capacity() - 8);
    file.put("WAVEfmt ".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).putInt(16);
    file.putShort((short) (bits < 0 ? 3 : 1)).putShort((short) channels).putInt(RATE);
    file.putInt(RATE * channels * bytes).putShort((short) (channels * bytes));
    file.putShort((short) Math.abs(bits));
    file.put("LIST".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
        .putInt(1)
        .putShort((short) 0);
    file.put("data".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    file.putInt(bytes * samples.length);
    for (short sample : samples) {
      switch (bits) {
        case 8 -> file.put((byte) ((sample >> 8) + 128));
        case 16 -> file.putShort(sample);
        case 24 -> file.put((byte) 0).putShort(sample);
        case 32 -> file.putInt(sample << 16);
        default -> file.putFloat(sample / 32768f);
      }
    }
    return file.array();
  }
}
