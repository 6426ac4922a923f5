package io.gradflow.common.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.TextTokens.Side;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TextTokensTest {
  private static final String[] PIECES = {
    "a",
    "Bc",
    " ",
    "  ",
    "\n",
    "'",
    "\u2019",
    ".",
    "--",
    "7",
    "_",
    "\u00e9",
    "e\u0301",
    "\ud83d\ude00",
    "\u4e2d",
    "don't",
    " x",
    "\t"
  };

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          WORD      | `It's 3 o'clock -- isn't_it?`  | It's/3/o'clock/-/-/isn't_it/?
          WORD      | `dogs' 'quoted' a.b`           | dogs/'/'/quoted/'/a/./b
          WORD      | `  `                           |
          CHARACTER | `a \ud83d\ude00b`              | a/ /\ud83d\ude00/b
          BYTE_PAIR | `To be, or--  not.`            | To/ be/,/ or/--/ / not/.
          BYTE_PAIR | ` x`                           | ` x`
          """)
  void units_text_cut(TextLevel level, String text, String expected) {
    assertEquals(expected == null ? List.of() : List.of(expected.split("/")), units(level, text));
  }

  /** Cut at any two unit edges, the part's units are the text's: windows encode as texts do. */
  @ParameterizedTest
  @EnumSource(TextLevel.class)
  void units_partBetweenEdges_sameUnits(TextLevel level) {
    Random random = new Random(11);
    for (int round = 0; round < 300; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(30); i >= 0; i--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      List<int[]> edges = new ArrayList<>();
      level.units(text.toString(), (from, to) -> edges.add(new int[] {from, to}));
      if (edges.isEmpty()) {
        continue;
      }
      int first = random.nextInt(edges.size());
      int last = first + random.nextInt(edges.size() - first);
      String part = text.substring(edges.get(first)[0], edges.get(last)[1]);
      List<String> expected =
          edges.subList(first, last + 1).stream().map(e -> text.substring(e[0], e[1])).toList();
      if (level == TextLevel.BYTE_PAIR) {
        assertEquals(text.toString(), String.join("", units(level, text.toString())));
      } else {
        assertEquals(expected, units(level, part), "seed 11, round " + round + ": " + text);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a b c       | 4 | END   | END   | 2 3 4 0
          a b c       | 4 | START | END   | 0 2 3 4
          a b c c b a | 4 | END   | END   | 2 3 4 4
          a b c c b a | 4 | END   | START | 4 4 3 2
          a z         | 2 | START | START | 2 1
          """)
  void encode_sides_cutAndPadded(
      String text, int length, Side padding, Side truncation, String expected) {
    TextTokens tokens =
        new TextTokens(
            "t", TextLevel.WORD, false, vocabulary("a", "b", "c"), length, padding, truncation);
    assertEquals(expected, encode(tokens, text));
  }

  @Test
  void encode_nextTokens_oneAhead() {
    TextTokens tokens = words(4, "a", "b", "c");
    assertEquals("2 3 4 1", encode(tokens, "a b c x a"));
    assertEquals("3 4 1 2", encode(new NextTokens(tokens), "a b c x a"));
    assertEquals("3 0 0 0", encode(new NextTokens(tokens), "a b"));
  }

  /** "lo" before "ow", as it comes first in the vocabulary; then "low", then "lower" in one go. */
  @Test
  void encode_bytePairs_lowestIndexMergesFirst() {
    TextTokens tokens =
        new TextTokens(
            "t",
            TextLevel.BYTE_PAIR,
            true,
            vocabulary("l", "o", "w", "e", "r", " ", "lo", "ow", "low", "er", " low"),
            8,
            Side.END,
            Side.END);
    assertEquals("10 11 12 5 1 0 0 0", encode(tokens, "Lower lowex"));
    assertEquals("9 1 0 0 0 0 0 0", encode(tokens, "owx"));
  }

  @ParameterizedTest
  @CsvSource({
    "a b c d e, 2, 2, a b c/c d e",
    "a b c d e f, 2, 2, a b c/c d e/e f",
    "a b c d e, 2, 1, a b c/b c d/c d e",
    "a b, 4, 4, a b",
    "a, 4, 2, a"
  })
  void windows_text_everyTokenPredicted(String text, int length, int stride, String expected) {
    List<String> windows = new ArrayList<>();
    new TextWindows("t", TextLevel.WORD, length, stride).of(text).forEachRemaining(windows::add);
    assertEquals(List.of(expected.split("/")), windows);
  }

  @Test
  void preprocessing_throughJson_keepsEveryToken() {
    TextTokens tokens =
        new TextTokens(
            "t",
            TextLevel.CHARACTER,
            false,
            vocabulary("\n", "\"", "\\", "\ud83d\ude00", "\u00e9", "\u0001", " ", "~", "null", "1"),
            3,
            Side.START,
            Side.END);
    Preprocessing preprocessing =
        new Preprocessing(
            List.of(new FieldEncoder("features", Shape.of(3), List.of(tokens))),
            List.of(),
            Optional.empty(),
            Optional.of(new TextWindows("t", TextLevel.CHARACTER, 3, 3)),
            Optional.empty());
    assertEquals(
        preprocessing, SpecReader.readJson(SpecWriter.toJson(preprocessing), Preprocessing.class));
  }

  @Test
  void encoder_inputAndTargetOfOneText_readItOnce() {
    TextTokens tokens = words(2, "a", "b");
    Preprocessing preprocessing =
        new Preprocessing(
            List.of(new FieldEncoder("features", Shape.of(2), List.of(tokens))),
            List.of(new FieldEncoder("label", Shape.of(2), List.of(new NextTokens(tokens)))),
            Optional.of("w"));
    assertEquals(2, preprocessing.groups().size());
    MiniBatch batch = new MiniBatch(preprocessing.schema(), 1);
    preprocessing.encoder().encode(Map.of("t", "a b a", "w", 0.5), batch, 0);
    assertArrayEquals(new float[] {2, 3}, batch.input(0));
    assertArrayEquals(new float[] {3, 2}, batch.target(0));
    assertEquals(0.5f, batch.weights()[0]);
  }

  @Test
  void new_vocabularyWithoutPadding_isRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new TextTokens(
                    "t", TextLevel.WORD, false, List.of("a", "b"), 2, Side.END, Side.END));
    assertTrue(e.getMessage().contains("starts with padding"), e.getMessage());
  }

  private static TextTokens words(int length, String... known) {
    return new TextTokens(
        "t", TextLevel.WORD, false, vocabulary(known), length, Side.END, Side.END);
  }

  private static List<String> vocabulary(String... known) {
    List<String> all = new ArrayList<>(List.of(TextTokens.PADDING, TextTokens.UNKNOWN));
    all.addAll(List.of(known));
    return all;
  }

  private static List<String> units(TextLevel level, String text) {
    List<String> units = new ArrayList<>();
    level.units(text, (from, to) -> units.add(text.substring(from, to)));
    return units;
  }

  private static String encode(ColumnEncoder encoder, String text) {
    RawValues values = new RawValues();
    values.set("t", text);
    float[] to = new float[encoder.width()];
    encoder.bind().encode(values, to, 0);
    return String.join(
        " ", IntStream.range(0, to.length).mapToObj(i -> Integer.toString((int) to[i])).toList());
  }
}
