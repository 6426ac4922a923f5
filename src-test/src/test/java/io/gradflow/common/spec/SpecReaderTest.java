package io.gradflow.common.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecReaderTest {
  enum Colour {
    RED,
    LIGHT_BLUE
  }

  /** Every type that a component may have. */
  record Everything(
      int whole,
      long longer,
      float real,
      double precise,
      boolean truth,
      String text,
      Colour colour,
      Duration duration,
      Optional<Integer> maybe,
      List<Float> reals,
      Map<String, String> texts,
      Form form,
      List<Form> forms,
      @Default("circle") Form preset,
      Extent extent,
      @Late("n") Deferred<Form> later,
      Named named) {}

  @OneOf({Circle.class, Square.class, Both.class})
  interface Form {}

  @Kind("circle")
  record Circle() implements Form {}

  @Kind("square")
  record Square(int side, @Default("0.5") double turned) implements Form {
    Square {
      if (side < 1) {
        throw new IllegalArgumentException("side " + side + "; expected at least 1");
      }
    }
  }

  @Kind("both")
  record Both(Form first, @Default("[circle, {square: 3}]") List<Form> others) implements Form {}

  /** Not listed: a user's own. */
  record Own(String name) implements Form {}

  @Inline
  record Extent(List<Integer> axes) {}

  record Named(@Embedded Form form, Optional<String> name) {}

  record Broken(int value) {
    Broken {
      throw new IllegalStateException("always");
    }
  }

  private static Everything random(Random random) {
    return new Everything(
        random.nextInt(),
        random.nextLong(),
        finite(random),
        finitePrecise(random),
        random.nextBoolean(),
        text(random),
        Colour.values()[random.nextInt(2)],
        Duration.ofMillis(random.nextInt(1 << 25)),
        random.nextBoolean() ? Optional.empty() : Optional.of(random.nextInt()),
        List.of(finite(random), finite(random)),
        new TreeMap<>(Map.of(text(random) + "a", text(random), text(random) + "b", text(random))),
        form(random, 3),
        List.of(form(random, 2), form(random, 1)),
        form(random, 1),
        new Extent(List.of(random.nextInt(), random.nextInt())),
        Deferred.of(Form.class, form(random, 2)),
        new Named(
            form(random, 2), random.nextBoolean() ? Optional.empty() : Optional.of(text(random))));
  }

  private static Form form(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 4 : 3)) {
      case 0 -> new Circle();
      case 1 -> new Square(1 + random.nextInt(9), finitePrecise(random));
      case 2 -> new Own(text(random));
      default -> new Both(form(random, depth - 1), List.of(form(random, depth - 1)));
    };
  }

  private static float finite(Random random) {
    float value = Float.intBitsToFloat(random.nextInt());
    return Float.isFinite(value) ? value : -0.0f;
  }

  private static double finitePrecise(Random random) {
    double value = Double.longBitsToDouble(random.nextLong());
    return Double.isFinite(value) ? value : Double.MIN_VALUE;
  }

  /** Text that YAML could take for something else, and text that needs escapes. */
  private static String text(Random random) {
    List<String> odd =
        List.of(
            "no",
            "null",
            "~",
            "1e3",
            "0x1",
            "",
            " ",
            "a: b",
            "#",
            "- x",
            "\"'\\",
            "\t\n",
            "true",
            "{",
            "[1]",
            "*a",
            "&a",
            "!t",
            "%",
            "@",
            "\u00e9\u4e2d",
            "\ud83d\ude00",
            "\u0000\u0007",
            "\u2028",
            "a/b",
            "k-ey.1");
    return odd.get(random.nextInt(odd.size())) + odd.get(random.nextInt(odd.size()));
  }

  @Test
  void read_whatWasWritten_isEqual() {
    for (long seed = 0; seed < 500; seed++) {
      Everything spec = random(new Random(seed));
      String json = SpecWriter.toJson(spec);
      String yaml = SpecWriter.toYaml(spec);
      assertEquals(spec, SpecReader.readJson(json, Everything.class), "seed " + seed + "\n" + json);
      assertEquals(
          spec, SpecReader.readYaml(yaml, "y", Everything.class), "seed " + seed + "\n" + yaml);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "circle, circle",
    "{circle: {}}, circle",
    "{square: 4}, square 4",
    "{square: {side: 4}}, square 4",
    "'{\"square\": {\"side\": 4}}', square 4",
    "{both: circle}, both circle",
    "{both: {square: 4}}, both square 4",
    "{both: {first: {square: 4}}}, both square 4",
    "{io.gradflow.common.spec.SpecReaderTest$Own: me}, own me",
  })
  void read_kind_inEveryForm(String yaml, String expected) {
    Form form = SpecReader.readYaml(yaml, "y", Form.class);
    assertEquals(expected, words(form));
  }

  private static String words(Form form) {
    if (form instanceof Square square) {
      assertEquals(0.5, square.turned());
      return "square " + square.side();
    }
    if (form instanceof Both both) {
      assertEquals(List.of(new Circle(), new Square(3, 0.5)), both.others());
      return "both " + words(both.first());
    }
    return form instanceof Own own ? "own " + own.name() : "circle";
  }

  record Numbers(long whole, double real) {}

  @ParameterizedTest
  @CsvSource({
    "7, 7",
    "-7, -7",
    "+7, 7",
    "1_000, 1000",
    "1e3, 1000",
    "10.0, 10",
    "0, 0",
    "9223372036854775807, 9223372036854775807"
  })
  void read_wholeNumber_inEverySpelling(String text, long expected) {
    String yaml = "{whole: " + text + ", real: 0}";
    assertEquals(expected, SpecReader.readYaml(yaml, "y", Numbers.class).whole());
  }

  @ParameterizedTest
  @CsvSource({
    "1e-3, 0.001",
    "1E-3, 0.001",
    ".5, 0.5",
    "5., 5",
    "1_000.5, 1000.5",
    "-0.0, -0.0",
    "4.9e-324, 4.9e-324",
    "1.7976931348623157e+308, 1.7976931348623157E308"
  })
  void read_number_inEverySpelling(String text, double expected) {
    String yaml = "{whole: 0, real: " + text + "}";
    assertEquals(expected, SpecReader.readYaml(yaml, "y", Numbers.class).real());
  }

  @ParameterizedTest
  @CsvSource({
    "0o7",
    "0x7",
    "007",
    "0_7",
    "1__0",
    "1:30",
    "1.5",
    "ten",
    "'\"7\"'",
    "9223372036854775808",
    "1e99999999",
    "~",
    "[7]",
    "{a: 7}",
    "0b1",
    "1_"
  })
  void read_notAWholeNumber_isAFaultThere(String text) {
    SpecException e =
        assertThrows(
            SpecException.class,
            () -> SpecReader.readYaml("real: 0\nwhole: " + text, "y", Numbers.class));
    assertEquals(1, e.faults().size());
    assertEquals(new Location("y", 2, 8), e.faults().get(0).at());
    assertEquals("whole", e.faults().get(0).path());
  }

  record Counted(@Late("count") Deferred<Form> form) {}

  @Test
  void resolve_name_becomesTheNumber() {
    Counted spec = SpecReader.readYaml("form: {both: {square: count}}", "y", Counted.class);
    assertEquals(List.of("count"), spec.form().names());
    assertEquals("square 9", words(((Both) spec.form().resolve(Map.of("count", 9))).first()));
    assertEquals(spec, SpecReader.readJson(SpecWriter.toJson(spec), Counted.class));
    assertTrue(SpecWriter.toYaml(spec).contains("side: count"));
    SpecException e =
        assertThrows(SpecException.class, () -> spec.form().resolve(Map.of("count", 0)));
    assertEquals(
        "y:1:23: form.both.first.square.side: side 0; expected at least 1", e.getMessage());
  }

  @Test
  void read_constructorThatFails_isAFaultThatNamesIt() {
    SpecException e =
        assertThrows(SpecException.class, () -> SpecReader.readYaml("value: 1", "y", Broken.class));
    assertTrue(e.getMessage().contains("Broken cannot be made"), e.getMessage());
  }

  @Test
  void parse_aliasesThatGrow_areStopped() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      String alias = "*a" + (i - 1);
      bomb.append("a%d: &a%d [".formatted(i, i)).append((alias + ", ").repeat(9)).append(alias);
      bomb.append("]\n");
    }
    SpecException e =
        assertThrows(SpecException.class, () -> SpecTree.parseYaml(bomb.toString(), "y"));
    assertTrue(e.getMessage().contains("aliases counted in full"), e.getMessage());
  }

  @Test
  void parse_deepNesting_isStopped() {
    String deep = "[".repeat(5000) + "]".repeat(5000);
    SpecException e = assertThrows(SpecException.class, () -> SpecTree.parseYaml(deep, "y"));
    assertTrue(e.getMessage().contains("nested deeper than 64"), e.getMessage());
  }

  @Test
  void read_aliases_standForWhatTheyName() {
    Counted spec =
        SpecReader.readYaml(
            "form: {both: {first: &s {square: 2}, others: [*s, *s]}}", "y", Counted.class);
    Both both = (Both) spec.form().sample();
    assertEquals(List.of(both.first(), both.first()), both.others());
  }

  @Test
  void toTree_numberThatIsNotFinite_isRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> SpecWriter.toTree(new Numbers(1, Double.NaN)));
  }

  @Test
  void read_everyFault_isFoundInOneGo() {
    SpecException e =
        assertThrows(
            SpecException.class,
            () ->
                SpecReader.readYaml(
                    """
                    whole: x
                    longer: 1.5
                    truth: yes
                    colour: LIGHT_BLUE
                    duration: 5 weeks
                    forms: [circel, {square: 0}, {square: {}}]
                    other: 1
                    other: 2
                    """,
                    "y",
                    Everything.class));
    List<String> found = new ArrayList<>();
    e.faults().stream()
        .filter(f -> !f.message().startsWith("required"))
        .forEach(f -> found.add(f.toString()));
    assertEquals(
        List.of(
            "y:1:8: whole: expected a whole number, got \"x\"",
            "y:2:9: longer: expected a whole number, got 1.5",
            "y:3:8: truth: expected true or false, got \"yes\"; write true",
            "y:4:9: colour: did you mean \"lightBlue\"? expected one of red, lightBlue, got"
                + " \"LIGHT_BLUE\"",
            "y:5:11: duration: expected a duration such as 500ms, 30s, 5min or 2h, got \"5 weeks\"",
            "y:6:9: forms[0]: unknown form \"circel\"; did you mean \"circle\"? expected one of"
                + " circle, square, both",
            "y:6:26: forms[1].square.side: side 0; expected at least 1",
            "y:7:1: unknown key \"other\"; expected whole, longer, real, precise, truth, text,"
                + " colour, duration, maybe, reals, texts, form, forms, preset, extent, later,"
                + " named",
            "y:8:1: key \"other\" appears twice; first at line 7, column 1"),
        found);
    assertFalse(e.faults().size() == found.size());
  }
}
