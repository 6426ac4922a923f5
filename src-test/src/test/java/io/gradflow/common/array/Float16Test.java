package io.gradflow.common.array;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.bytedeco.javacpp.indexer.HalfIndexer;
import org.junit.jupiter.api.Test;

class Float16Test {
  /** Against another implementation, all of them. */
  @Test
  void toFloat_everyPattern_asJavaCppHasIt() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float expected = HalfIndexer.toFloat(bits);
      assertEquals(expected, Float16.toFloat((short) bits), Integer.toHexString(bits));
    }
  }

  @Test
  void of_everyFiniteValue_itsOwnBits() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Float16.toFloat((short) bits);
      if (!Float.isNaN(value)) {
        assertEquals((short) bits, Float16.of(value), Integer.toHexString(bits));
      }
    }
  }

  /** Between any two neighbours: the nearer one, and of equally near ones that of an even end. */
  @Test
  void of_betweenNeighbours_nearestTiesToEven() {
    for (int bits = 0; bits < 0x7C00 - 1; bits++) {
      float low = Float16.toFloat((short) bits);
      float high = Float16.toFloat((short) (bits + 1));
      float middle = low + (high - low) / 2; // exact: two bits more than either
      int even = (bits & 1) == 0 ? bits : bits + 1;
      assertEquals((short) even, Float16.of(middle), Integer.toHexString(bits));
      assertEquals((short) bits, Float16.of(Math.nextDown(middle)), Integer.toHexString(bits));
      assertEquals((short) (bits + 1), Float16.of(Math.nextUp(middle)), Integer.toHexString(bits));
      assertEquals((short) (even | 0x8000), Float16.of(-middle), Integer.toHexString(bits));
    }
  }

  @Test
  void of_beyondTheRange_infinityAndNotANumber() {
    assertEquals(65504f, Float16.round(65519.996f));
    assertEquals(Float.POSITIVE_INFINITY, Float16.round(65520f));
    assertEquals(Float.NEGATIVE_INFINITY, Float16.round(-1e30f));
    assertTrue(Float.isNaN(Float16.round(Float.NaN)));
    assertEquals(0f, Float16.round(0x1p-25f));
    assertEquals(0x1p-24f, Float16.round(Math.nextUp(0x1p-25f)));
  }

  @Test
  void round_anyFloat_withinHalfAStep() {
    Random random = new Random(5);
    for (int i = 0; i < 100_000; i++) {
      float value = (float) (random.nextGaussian() * StrictMath.pow(2, random.nextInt(20) - 12));
      double step = Math.max(Math.ulp(value) * (1 << 13), 0x1p-24);
      assertTrue(Math.abs((double) Float16.round(value) - value) <= step / 2, "value " + value);
    }
  }
}
