package io.gradflow.common.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberTextTest {
  /** The oracle is the JDK's own parser. */
  @Test
  void parse_anyDecimal_sameBitsAsJdk() {
    Random random = new Random(4);
    for (int i = 0; i < 200_000; i++) {
      String text =
          switch (i % 5) {
            case 0 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
            case 1 -> Double.toString(random.nextGaussian() * 100);
            case 2 -> Long.toString(random.nextLong() >> random.nextInt(64));
            case 3 -> random.nextInt(1_000_000) + "e" + (random.nextInt(60) - 30);
            default -> "%d.%09d".formatted(random.nextInt(100_000), random.nextInt(1_000_000_000));
          };
      double expected = Double.parseDouble(text);
      if (!text.contains("N") && !text.contains("I")) {
        assertEquals(
            Double.doubleToRawLongBits(expected),
            Double.doubleToRawLongBits(NumberText.parse(text)),
            text);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5",
        " 5",
        "5 ",
        "+5",
        "5.",
        "5.0",
        "5e0",
        "05",
        "0.5e1",
        "50E-1",
        "\t5",
        "5.00000000000000000000"
      })
  void parse_spellingsOfFive_five(String text) {
    assertEquals(5.0, NumberText.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-",
        "+",
        ".",
        "e5",
        "5e",
        "5e+",
        "5d",
        "5f",
        "0x1p3",
        "0x5",
        "NaN",
        "Infinity",
        "-Infinity",
        "1,5",
        "1_000",
        "5 5",
        "--5",
        "5e1.5",
        "\u0665",
        "1e5e5",
        "nan",
        "null"
      })
  void parse_noNumber_nan(String text) {
    assertTrue(Double.isNaN(NumberText.parse(text)), text);
  }

  @Test
  void parse_hugeExponents_saturate() {
    assertEquals(Double.POSITIVE_INFINITY, NumberText.parse("1e999999999999"));
    assertEquals(0.0, NumberText.parse("1e-999999999999"));
    assertEquals(0.0, NumberText.parse("0e999999999999"));
  }

  @Test
  void label_spellingsOfOneNumber_oneLabel() {
    for (String text : List.of("3", "3.0", "3e0", " 3 ", "0.3e1")) {
      assertEquals("3", NumberText.label(text));
    }
    assertEquals("-3", NumberText.label("-3.00"));
    assertEquals("0", NumberText.label("-0"));
    assertEquals("2.5", NumberText.label("2.50"));
    for (String text : List.of("007", "+3", "cat", " cat", "00", "-01", "9007199254740993")) {
      assertEquals(text, NumberText.label(text));
    }
  }

  /** The last two differ in UTF-16 order, where surrogates sort below U+FF5E. */
  @Test
  void compareLabels_mixed_numbersByValueThenTextByCodePoint() {
    List<String> sorted = List.of("-2", "0.5", "3", "10", "Z", "a", "ab", "\uFF5E", "\uD83D\uDE00");
    Random random = new Random(9);
    for (int i = 0; i < 20; i++) {
      List<String> labels = new java.util.ArrayList<>(sorted);
      java.util.Collections.shuffle(labels, random);
      labels.sort(NumberText::compareLabels);
      assertEquals(sorted, labels);
    }
  }
}
