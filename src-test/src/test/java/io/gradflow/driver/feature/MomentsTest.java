package io.gradflow.driver.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MomentsTest {
  /** Far from zero the naive sum of squares has no digit left; the oracle is exact arithmetic. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 1e6, -1e9})
  void combine_dataFarFromZero_meanAndDeviationExactToTenDigits(double shift) throws IOException {
    Random random = new Random(6);
    Moments moments = new Moments(1);
    BigDecimal sum = BigDecimal.ZERO;
    double[] all = new double[700];
    int at = 0;
    for (int size : new int[] {0, 400, 1, 0, 299}) {
      Moments sums = new Moments(1);
      for (int i = 0; i < size; i++) {
        all[at] = shift + random.nextGaussian();
        sum = sum.add(new BigDecimal(all[at]));
        sums.add(0, all[at++]);
      }
      merge(moments, sums);
    }
    BigDecimal mean = sum.divide(BigDecimal.valueOf(700), MathContext.DECIMAL128);
    BigDecimal squares = BigDecimal.ZERO;
    double min = Double.MAX_VALUE;
    double max = -Double.MAX_VALUE;
    for (double x : all) {
      squares = squares.add(new BigDecimal(x).subtract(mean).pow(2));
      min = Math.min(min, x);
      max = Math.max(max, x);
    }
    double deviation =
        squares
            .divide(BigDecimal.valueOf(700), MathContext.DECIMAL128)
            .sqrt(MathContext.DECIMAL128)
            .doubleValue();
    assertEquals(mean.doubleValue(), moments.mean(0), 1e-12 * Math.max(1, Math.abs(shift)));
    assertEquals(deviation, moments.standardDeviation(0), 1e-10 * deviation);
    assertEquals(min, moments.min(0));
    assertEquals(max, moments.max(0));
  }

  @Test
  void combine_constantColumn_deviationIsZero() throws IOException {
    Moments moments = new Moments(1);
    for (int shard = 0; shard < 3; shard++) {
      Moments sums = new Moments(1);
      sums.add(0, 0.1);
      sums.add(0, Double.NaN);
      sums.add(0, 0.1);
      merge(moments, sums);
    }
    assertEquals(6, moments.count(0));
    assertEquals(0.1, moments.mean(0));
    assertEquals(0, moments.standardDeviation(0));
  }

  private static void merge(Moments into, Moments sums) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    sums.write(new DataOutputStream(message));
    into.merge(new DataInputStream(new ByteArrayInputStream(message.toByteArray())));
  }
}
