package io.gradflow.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.Preprocessing;
import io.gradflow.common.spec.SpecException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecWriter;
import io.gradflow.testkit.ShardContents;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextDataTest {
  @TempDir private Path directory;

  /** A translation: the decoder reads start and target, and learns target and end. */
  @Test
  void prepare_textPairs_decoderInputIsTheTargetShiftedByOne() throws IOException {
    Files.writeString(directory.resolve("pairs.csv"), "source,target\nab,xy\nba,y\nabab,xyxyx\n");
    try (PreparedData data =
        prepare(
            """
            train: {format: csv, path: %s}
            features:
              - {columns: source, as: text, level: character, maxLength: 3, input: source}
              - {columns: target, as: text, level: character, maxLength: 4, boundaries: true, input: decoder}
            label: {column: target, as: nextToken}
            """,
            1)) {
      List<String> vocabulary = List.of("", "\uFFFD", "\u0002", "\u0003", "x", "y");
      assertEquals(
          new Field("label", Shape.of(4), Field.Kind.CLASS, vocabulary),
          data.schema().targets().get(0));
      float[] rows = ShardContents.of(data.train())[0];
      List<String> found = new java.util.ArrayList<>();
      for (int row = 0; row < 3; row++) {
        found.add(Arrays.toString(Arrays.copyOfRange(rows, 12 * row + 3, 12 * row + 11)));
      }
      // x 4 times, y 4 times: x first by code point. Start is 2, end is 3, padding 0.
      assertEquals(
          java.util.Set.of(
              "[2.0, 4.0, 5.0, 3.0, 4.0, 5.0, 3.0, 0.0]",
              "[2.0, 5.0, 3.0, 0.0, 5.0, 3.0, 0.0, 0.0]",
              "[2.0, 4.0, 5.0, 4.0, 4.0, 5.0, 4.0, 5.0]"),
          java.util.Set.copyOf(found));
    }
  }

  /**
   * "abcabcabca": ten characters, windows of 3 + 1, each beginning where the last one predicted.
   */
  @Test
  void prepare_languageModel_windowsAndNextTokens() throws IOException {
    Files.writeString(directory.resolve("book.txt"), "abcabcabca");
    try (PreparedData data =
        prepare(
            """
            train: {format: text, path: %s, options: {wholetext: true}}
            features:
              - {columns: text, as: text, level: character, windows: {length: 3}}
            label: {column: text, as: nextToken}
            """,
            1)) {
      // a 6, b 4 and c 4 with the characters that two windows share.
      List<String> vocabulary = List.of("", "\uFFFD", "a", "b", "c");
      assertEquals(
          List.of(new Field("features", Shape.of(3), Field.Kind.TOKENS, vocabulary)),
          data.schema().inputs());
      assertEquals(
          List.of(new Field("label", Shape.of(3), Field.Kind.CLASS, vocabulary)),
          data.schema().targets());
      assertEquals(3, data.counts().train());
      float[] rows = ShardContents.of(data.train())[0];
      for (int row = 0; row < 3; row++) {
        assertArrayEquals(
            new float[] {2, 3, 4, 3, 4, 2, 1}, Arrays.copyOfRange(rows, 7 * row, 7 * row + 7));
      }
      Preprocessing saved =
          SpecReader.readJson(SpecWriter.toJson(data.preprocessing()), Preprocessing.class);
      try (EncodedData again =
          PreparedData.encode(
              SourceTable.open(
                  SparkSessions.local2(),
                  "--data",
                  new SourceSpec(
                      SourceFormat.TEXT,
                      directory.toString(),
                      java.util.Map.of("wholetext", "true"))),
              saved,
              new OnBadRow.Fail(),
              RowOrder.CONTENT,
              1,
              1)) {
        assertArrayEquals(ShardContents.of(data.train()), ShardContents.of(again.shards()));
      }
    }
  }

  @Test
  void prepare_reviews_sameBitsFromCsvAndFromManyJsonFiles() throws IOException {
    List<String> csv = new ArrayList<>(List.of("review,stars"));
    Path json = Files.createDirectories(directory.resolve("json"));
    for (int i = 0; i < 60; i++) {
      String text = "good ".repeat(i % 4) + "Bad Movie number " + i % 7 + "!";
      csv.add("\"" + text + "\"," + i % 2);
      Files.writeString(
          json.resolve(59 - i + ".json"),
          "{\"stars\": \"%d\", \"review\": \"%s\"}".formatted(i % 2, text));
    }
    Files.write(directory.resolve("reviews.csv"), csv);
    String spec =
        """
        train: {format: FORMAT, path: %s/FILE}
        validation: {split: 0.2}
        features:
          - {columns: review, as: text, maxLength: 6, lowercase: true, minCount: 2, maxVocabulary: 300}
        label: {column: stars, as: class}
        """;
    try (PreparedData one =
            prepare(spec.replace("FORMAT", "csv").replace("FILE", "reviews.csv"), 2);
        PreparedData many = prepare(spec.replace("FORMAT", "json").replace("FILE", "json"), 2)) {
      assertEquals(one.preprocessing(), many.preprocessing());
      assertArrayEquals(ShardContents.of(one.train()), ShardContents.of(many.train()));
      assertTrue(one.schema().inputs().get(0).classes().contains("movie"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          as: text, maxLength: 5   | as: text                                 | expected either maxLength
          as: text, maxLength: 5   | as: text, maxLength: 0                   | maxLength 0; expected at least 1
          as: text, maxLength: 5   | as: text, maxLength: 5, minCount: 0      | minCount 0
          as: text, maxLength: 5   | as: text, maxLength: 5, maxVocabulary: 2 | maxVocabulary 2; expected 3 to 2^24
          as: text, maxLength: 5   | as: text, windows: {length: 4, stride: 5} | expected 1 <= stride <= length
          as: text, maxLength: 5   | as: text, level: bytePair, windows: {length: 4} | windows need level word or character
          as: text, maxLength: 5   | as: text, windows: {length: 4, stride: 2} | windows that overlap cannot be split
          as: text, maxLength: 5   | as: text, level: letter, maxLength: 5    | word, character, bytePair
          as: text, maxLength: 5   | as: txt, maxLength: 5                    | did you mean "text"?
          as: text, maxLength: 5   | as: [text], maxLength: 5                 | expected one of numeric
          as: text, maxLength: 5   | as: numeric                              | next tokens of column t need a feature
          column: t, as: nextToken | column: [t, u], as: nextToken            | next tokens have one column, not 2
          column: t, as: nextToken | column: t                                | required key "as" is missing
          """)
  void read_fault_saysWhatIsWrong(String part, String broken, String expected) {
    String yaml =
        """
        train: {format: text, path: x}
        validation: {split: 0.1}
        features: [{columns: t, as: text, maxLength: 5}]
        label: {column: t, as: nextToken}
        """
            .replace(part, broken);
    SpecException e =
        assertThrows(
            SpecException.class, () -> SpecReader.readYaml(yaml, "t.yaml", DataSpec.class));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  private PreparedData prepare(String yaml, int microShards) {
    DataSpec spec = SpecReader.readYaml(yaml.formatted(directory), "data.yaml", DataSpec.class);
    return PreparedData.prepare(SparkSessions.local2(), spec, 7, microShards);
  }
}
