package io.gradflow.driver.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DurationsTest {
  @Test
  void quantileMillis_empty_isNaN() {
    assertTrue(Double.isNaN(new Durations().quantileMillis(0.5)));
  }

  @Test
  void quantileMillis_small_isExact() {
    Durations durations = new Durations();
    for (int nanos = 1; nanos <= 101; nanos++) {
      durations.add(nanos);
    }
    assertEquals(51e-6, durations.quantileMillis(0.5), 1e-12);
    assertEquals(96e-6, durations.quantileMillis(0.95), 1e-12);
    assertEquals(101e-6, durations.quantileMillis(1), 1e-12);
  }

  @Test
  void quantileMillis_anyMagnitude_withinItsResolution() {
    Random random = new Random(5);
    Durations durations = new Durations();
    long[] nanos = new long[10_001];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = random.nextLong() >>> (1 + random.nextInt(60));
      durations.add(nanos[i]);
    }
    Arrays.sort(nanos);
    for (double q : new double[] {0.001, 0.25, 0.5, 0.95, 1}) {
      double exact = nanos[(int) Math.ceil(q * nanos.length) - 1] / 1e6;
      assertEquals(exact, durations.quantileMillis(q), exact * 0.016, "q " + q);
    }
  }

  @Test
  void add_extremes_haveBins() {
    Durations durations = new Durations();
    durations.add(Long.MIN_VALUE);
    durations.add(Long.MAX_VALUE);
    assertEquals(0, durations.quantileMillis(0.5));
    assertEquals(Long.MAX_VALUE / 1e6, durations.quantileMillis(1), Long.MAX_VALUE / 1e6 * 0.016);
  }
}
