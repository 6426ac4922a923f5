package io.gradflow.common.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradflow.testkit.Golden;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ResamplerTest {
  static Stream<JsonNode> cases() {
    return Golden.cases("sound/resampled.json");
  }

  /** The file has twelve decimals. */
  @ParameterizedTest
  @MethodSource("cases")
  void resample_anyRates_likeScipy(JsonNode golden) {
    int from = golden.get("from").asInt();
    int to = golden.get("to").asInt();
    double[] sound = new double[150];
    Arrays.setAll(sound, i -> (i * i * 7919 % 2001 - 1000) / 1000.0);
    double[] found = new Resampler(from, to).resample(sound, Integer.MAX_VALUE);
    double[] expected = new double[golden.get("expected").size()];
    Arrays.setAll(expected, i -> golden.get("expected").get(i).asDouble());
    assertArrayEquals(expected, found, 2e-12, from + " Hz to " + to + " Hz");
  }

  /** The same tone, sampled at the other rate, but for the ends, where the filter sees silence. */
  @ParameterizedTest
  @CsvSource({"44100, 16000", "16000, 44100", "48000, 16000", "8000, 16000"})
  void resample_toneBelowBothHalves_sameTone(int from, int to) {
    double[] found = new Resampler(from, to).resample(tone(from, 1000, from / 4), 1 << 20);
    double[] expected = tone(to, 1000, to / 4);
    assertEquals(expected.length, found.length, 1);
    int edge = to / 50;
    for (int n = edge; n < found.length - edge; n++) {
      assertEquals(expected[n], found[n], 1e-4, "sample " + n);
    }
  }

  /** 8,800 Hz is 10 % above half of 16,000: folded back it would be a tone of 7,200 Hz. */
  @Test
  void resample_toneAboveHalfTheRate_gone() {
    double[] found = new Resampler(44100, 16000).resample(tone(44100, 8800, 11025), 1 << 20);
    for (int n = 200; n < found.length - 200; n++) {
      assertEquals(0, found[n], 1e-4, "sample " + n);
    }
  }

  @Test
  void resample_fewAsked_firstOnes() {
    Resampler resampler = new Resampler(44100, 16000);
    double[] sound = tone(44100, 300, 500);
    double[] all = resampler.resample(sound, Integer.MAX_VALUE);
    assertEquals(182, all.length); // 500 / 441 of 160, and a part of one
    assertArrayEquals(Arrays.copyOf(all, 50), resampler.resample(sound, 50));
    assertEquals(0, resampler.resample(new double[0], 50).length);
  }

  @Test
  void possible_ratioTooOdd_no() {
    assertTrue(Resampler.possible(44101, 16000));
    assertTrue(Resampler.possible(192_000, 16000));
    assertFalse(Resampler.possible(65537, 16000));
    assertFalse(Resampler.possible(Integer.MAX_VALUE, 16000));
    assertThrows(IllegalArgumentException.class, () -> new Resampler(65537, 16000));
  }

  private static double[] tone(int rate, double hertz, int samples) {
    double[] tone = new double[samples];
    Arrays.setAll(tone, i -> Math.sin(2 * Math.PI * hertz * i / rate + 0.3));
    return tone;
  }
}
