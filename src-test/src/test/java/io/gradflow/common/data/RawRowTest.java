package io.gradflow.common.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RawRowTest {
  @Test
  void toBytes_anyValues_readBackExactly() {
    Random random = new Random(2);
    RawRow row = new RawRow(3);
    RawRow read = new RawRow(3);
    for (int i = 0; i < 500; i++) {
      row.clear();
      for (int j = random.nextInt(20); j > 0; j--) {
        row.group(0).add("a", random.nextInt(256));
      }
      for (int j = random.nextInt(5); j > 0; j--) {
        row.group(1).add("b", random.nextBoolean() ? random.nextFloat() : random.nextDouble());
      }
      row.group(2).set("c", "label " + random.nextInt(10) + "\u00e9");
      read.read(row.toBytes(3), 3);
      for (int g = 0; g < 3; g++) {
        assertEquals(row.group(g).count(), read.group(g).count());
        for (int j = 0; j < row.group(g).count(); j++) {
          assertEquals(row.group(g).number(j), read.group(g).number(j));
        }
        assertEquals(row.group(g).text(), read.group(g).text());
      }
      assertArrayEquals(row.toBytes(0), read.toBytes(0));
    }
  }

  /** Pinned: the content hash and so the order of rows follow from these bytes. */
  @Test
  void toBytes_smallestExactType() {
    assertEquals("0100000003" + "00ff07", bytes(0, 255, 7));
    assertEquals("0200000002" + "3f000000" + "43800000", bytes(0.5, 256));
    assertEquals("0300000001" + "3fb999999999999a", bytes(0.1));
    assertEquals("0100000001" + "00", bytes(-0.0));
    assertEquals("0100000000", bytes());
  }

  @Test
  void read_damaged_fails() {
    RawRow row = new RawRow(1);
    row.group(0).add("a", 1);
    byte[] good = row.toBytes(0);
    assertThrows(
        IllegalArgumentException.class, () -> row.read(Arrays.copyOf(good, good.length + 1), 0));
    byte[] type = good.clone();
    type[0] = 9;
    assertThrows(IllegalArgumentException.class, () -> row.read(type, 0));
    assertThrows(RuntimeException.class, () -> row.read(Arrays.copyOf(good, good.length - 1), 0));
  }

  private static String bytes(double... numbers) {
    RawRow row = new RawRow(1);
    for (double number : numbers) {
      assertNull(row.group(0).add("a", number));
    }
    return HexFormat.of().formatHex(row.toBytes(0));
  }
}
