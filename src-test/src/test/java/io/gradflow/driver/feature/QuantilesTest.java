package io.gradflow.driver.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantilesTest {
  @Test
  void of_smallWholeNumbers_exactInterpolation() {
    Quantiles quantiles = new Quantiles();
    for (double x : new double[] {-3, 8191, 0, Double.NaN, 2, 2, -7, 100}) {
      quantiles.add(x);
    }
    // Sorted: -7 -3 0 2 2 100 8191; rank of a quarter 1.5.
    assertArrayEquals(
        new double[] {-7, -1.5, 2, 51, 8191}, quantiles.of(List.of(0.0, 0.25, 0.5, 0.75, 1.0)));
  }

  @Test
  void of_anyNumbersInAnyShards_withinAFourThousandth() throws IOException {
    Random random = new Random(4);
    double[] all = new double[2001];
    Quantiles merged = new Quantiles();
    for (int from = 0; from < all.length; from += 500) {
      Quantiles shard = new Quantiles();
      for (int i = from; i < Math.min(all.length, from + 500); i++) {
        all[i] = random.nextGaussian() * Math.pow(10, random.nextInt(30) - 15);
        shard.add(all[i]);
      }
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      shard.write(new DataOutputStream(message));
      merged.merge(new DataInputStream(new ByteArrayInputStream(message.toByteArray())));
    }
    Arrays.sort(all);
    for (int rank : new int[] {0, 1, 500, 1000, 1500, 1999, 2000}) {
      double found = merged.of(List.of(rank / 2000.0))[0];
      assertEquals(all[rank], found, Math.abs(all[rank]) * 0x1p-12, "seed 4, rank " + rank);
    }
  }
}
