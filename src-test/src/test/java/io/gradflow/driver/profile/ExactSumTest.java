package io.gradflow.driver.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExactSumTest {
  @Test
  void add_anyProductsOfFloats_sumOfBigDecimals() throws IOException {
    Random random = new Random(11);
    BigDecimal expected = BigDecimal.ZERO;
    ExactSum[] parts = {new ExactSum(), new ExactSum(), new ExactSum()};
    for (int i = 0; i < 3000; i++) {
      double x = (double) anyFloat(random) * anyFloat(random);
      parts[random.nextInt(3)].add(x);
      expected = expected.add(new BigDecimal(x));
    }
    ExactSum sum = new ExactSum();
    for (ExactSum part : parts) {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      part.write(new DataOutputStream(message));
      sum.merge(new DataInputStream(new ByteArrayInputStream(message.toByteArray())));
    }
    BigDecimal scale = BigDecimal.valueOf(2).pow(ExactSum.SCALE);
    assertEquals(0, expected.multiply(scale).compareTo(new BigDecimal(sum.scaled())), "seed 11");
    assertEquals(
        expected.doubleValue(),
        ExactSum.value(sum.scaled(), -ExactSum.SCALE),
        Math.ulp(expected.doubleValue()));
  }

  @Test
  void add_ofOppositeSigns_leavesWhatIsTiny() {
    ExactSum sum = new ExactSum();
    sum.add(0x1p250);
    sum.add(-0x1p-298);
    sum.add(-0x1p250);
    assertEquals(-0x1p-298, ExactSum.value(sum.scaled(), -ExactSum.SCALE));
  }

  @Test
  void add_beyondFloatProducts_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new ExactSum().add(1e300));
    assertThrows(IllegalArgumentException.class, () -> new ExactSum().add(1e-300));
    assertThrows(IllegalArgumentException.class, () -> new ExactSum().add(Double.NaN));
  }

  /** Of every magnitude, subnormal ones included. */
  private static float anyFloat(Random random) {
    float x;
    do {
      x = Float.intBitsToFloat(random.nextInt());
    } while (!Float.isFinite(x));
    return x;
  }
}
