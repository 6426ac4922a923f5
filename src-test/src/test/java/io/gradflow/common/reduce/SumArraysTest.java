package io.gradflow.common.reduce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.gradflow.common.message.SubtreeSum;
import org.junit.jupiter.api.Test;

class SumArraysTest {
  private static SubtreeSum sum(float[] gradient, double[] metrics) {
    return new SubtreeSum(0, 0, 1, 0, 1, gradient, metrics);
  }

  @Test
  void take_afterGivingBack_isTheSameArrays() {
    SumArrays arrays = new SumArrays(3, 2);
    float[] gradient = arrays.takeUncleared();
    double[] metrics = arrays.takeMetrics();
    metrics[1] = 5;
    arrays.giveBack(sum(gradient, metrics));
    assertSame(gradient, arrays.takeUncleared());
    assertSame(metrics, arrays.takeMetrics());
    assertArrayEquals(new double[2], metrics);
  }

  /** As when sums that came in messages are given back beside those that came by files. */
  @Test
  void giveBack_moreThanWereTaken_keepsNoMore() {
    SumArrays arrays = new SumArrays(3, 2);
    float[] foreign = new float[3];
    double[] foreignMetrics = new double[2];
    arrays.giveBack(sum(foreign, foreignMetrics));
    float[] own = arrays.takeUncleared();
    assertNotSame(foreign, own);
    assertNotSame(foreignMetrics, arrays.takeMetrics());
    arrays.giveBack(sum(own, new double[2]));
    arrays.giveBack(sum(foreign, foreignMetrics));
    assertSame(own, arrays.takeUncleared());
    assertNotSame(foreign, arrays.takeUncleared());
  }

  @Test
  void giveBack_arraysOfAnotherSize_keepsThemNot() {
    SumArrays arrays = new SumArrays(3, 0);
    float[] own = arrays.takeUncleared();
    arrays.giveBack(sum(new float[4], new double[0]));
    arrays.giveBack(sum(own, new double[0]));
    assertSame(own, arrays.takeUncleared());
    assertEquals(0, arrays.takeMetrics().length);
  }
}
