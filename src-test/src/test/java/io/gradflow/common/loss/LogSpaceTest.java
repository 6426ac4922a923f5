package io.gradflow.common.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Oracle: StrictMath. */
class LogSpaceTest {
  private static final int CASES = 200_000;

  @Test
  void exp_wholeRange_staysWithinTwoUlp() {
    Random random = new Random(3);
    for (int i = 0; i < CASES; i++) {
      double x = -Math.pow(2, 10 * random.nextDouble()) * random.nextDouble();
      double expected = StrictMath.exp(x);
      double off = Math.abs(LogSpace.exp(x) - expected) / Math.ulp(expected);
      assertTrue(off <= 2, "exp(" + x + ") is " + off + " ulp off");
    }
    assertEquals(1, LogSpace.exp(0));
    assertEquals(0, LogSpace.exp(LogSpace.IMPOSSIBLE));
    assertEquals(Double.MIN_VALUE, LogSpace.exp(-744.5));
  }

  @Test
  void log_oneToThree_staysWithinTwoUlp() {
    Random random = new Random(4);
    for (int i = 0; i < CASES; i++) {
      double x = i % 2 == 0 ? 1 + 2 * random.nextDouble() : 1 + StrictMath.pow(2, -i % 50);
      double expected = StrictMath.log(x);
      double off = Math.abs(LogSpace.log(x) - expected) / Math.ulp(expected);
      assertTrue(off <= 2, "log(" + x + ") is " + off + " ulp off");
    }
    assertEquals(0, LogSpace.log(1));
  }

  @Test
  void sum_ofImpossibleAndFarTerms_isTheRest() {
    double impossible = LogSpace.IMPOSSIBLE;
    assertEquals(impossible, LogSpace.sum(impossible, impossible, impossible));
    assertEquals(-7, LogSpace.sum(impossible, -7, impossible));
    assertEquals(-7, LogSpace.sum(-7, -70, impossible));
    assertEquals(-3 + StrictMath.log(3), LogSpace.sum(-3, -3, -3), 1e-15);
    assertEquals(
        -900 + StrictMath.log1p(StrictMath.exp(-1)), LogSpace.sum(-901, -900, -2e3), 2e-13);
  }
}
