package io.gradflow.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.feature.NumericFeature;
import io.gradflow.driver.feature.VectorFeature;
import io.gradflow.testkit.SparkSessions;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are broken each in one way: how the run ends and what it says. */
class BrokenDataTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nowhere.csv             | INPUT_MISSING | no such file or directory
          empty.csv               | BAD_DATA | no columns
          header-only.csv         | BAD_DATA | has no rows
          ragged-short.csv        | BAD_DATA | row 2: the record does not have the table's columns: "3,4"
          ragged-long.csv         | BAD_DATA | row 2: the record does not have the table's columns: "3,4,b,9"
          text-in-number.csv      | BAD_DATA | row 2: column x2: "four" is not a number
          nan.csv                 | BAD_DATA | row 2: column x1: "NaN" is not a number
          infinity.csv            | BAD_DATA | row 2: column x2: "Infinity" is not a number
          missing-value.csv       | BAD_DATA | 1 of 3 rows cannot be used
          missing-label.csv       | BAD_DATA | row 2: column label: missing
          one-class.csv           | BAD_DATA | has one class only, [a]
          beyond-float32.csv      | BAD_DATA | row 2: column x1: 1.0E39 exceeds float32
          not-utf8.csv            | BAD_DATA | is not valid UTF-8
          unclosed-quote.csv      | BAD_DATA | row 2: the record does not have the table's columns
          java-numbers.csv        | BAD_DATA | row 1: column x1: "0x1F" is not a number
          all-null.csv            | BAD_DATA | 2 of 2 rows cannot be used
          semicolons.csv          | BAD_DATA | no column x1
          label-misspelt.csv      | BAD_DATA | did you mean "lable"?
          header-differs          | BAD_DATA | header
          not-gzip.csv.gz         | BAD_DATA | gzip
          truncated.csv.gz        | BAD_DATA | Unexpected end of input stream
          malformed.jsonl         | BAD_DATA | row 2: the record does not have the table's columns
          mixed-types.jsonl       | BAD_DATA | column x1: "{"deep":3}" is not a number
          no-objects.jsonl        | BAD_DATA | no column
          empty.jsonl             | BAD_DATA | no columns
          not-parquet.parquet     | BAD_DATA | not-parquet.parquet
          truncated.parquet       | BAD_DATA | truncated.parquet
          """)
  void prepare_brokenFile_failsWithReason(String file, ExitCode code, String expected)
      throws Exception {
    GradflowException e = assertThrows(GradflowException.class, () -> prepare(spec(file)));
    assertEquals(code, e.code(), e.getMessage());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertTrue(e.getMessage().contains(file), e.getMessage());
    assertFalse(e.getMessage().contains("\tat "), e.getMessage());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          array-lengths.jsonl | [1]  | arrays of [v] have 2 to 3 numbers; give their length, e.g. shape: [3]
          array-lengths.jsonl | [3]  | row 2: column v: 2 numbers; expected 3
          null-in-array.jsonl | [1]  | row 2: column v: missing
          """)
  void prepare_brokenVectors_failsWithReason(String file, String shape, String expected)
      throws Exception {
    VectorFeature vectors =
        new VectorFeature(
            List.of("v"),
            "features",
            shape.equals("[1]")
                ? Optional.empty()
                : Optional.of(io.gradflow.common.array.Shape.of(3)),
            Optional.empty(),
            false,
            false,
            false);
    DataSpec spec = DataSpec.of(source(file), List.of(vectors), LabelSpec.classes("label"));
    GradflowException e = assertThrows(GradflowException.class, () -> prepare(spec));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  @Test
  void prepare_negativeWeight_isABadRow() throws Exception {
    DataSpec plain = spec("negative-weight.csv");
    DataSpec weighted =
        new DataSpec(
            plain.train(),
            Optional.empty(),
            Optional.empty(),
            plain.features(),
            plain.label(),
            Optional.of(new WeightSpec("weight")),
            plain.onBadRow(),
            plain.order());
    GradflowException e = assertThrows(GradflowException.class, () -> prepare(weighted));
    assertTrue(
        e.getMessage().contains("row 2: column weight: weight -2.0 is negative"), e.getMessage());
  }

  @Test
  void prepare_unknownClassInValidation_isABadRowThere() throws Exception {
    DataSpec spec =
        spec("missing-value.csv")
            .withOnBadRow(new OnBadRow.Drop())
            .withHoldouts(
                Optional.of(
                    new HoldoutSpec(
                        Optional.empty(),
                        Optional.of(source("unknown-class.csv").path().get(0)),
                        Optional.empty(),
                        Map.of())),
                Optional.empty());
    try (PreparedData data = prepare(spec)) {
      assertEquals(
          List.of(2L, 1L, 0L, 2L),
          List.of(
              data.counts().train(),
              data.counts().validation(),
              data.counts().test(),
              data.counts().rejected()));
      assertEquals(
          "column label: unknown class \"zebra\"; the training data has 2 classes",
          data.counts().samples().get(1).reason());
    }
  }

  @Test
  void open_optionThatDropsRows_isRefused() throws Exception {
    SourceSpec source = source("nan.csv");
    DataSpec spec =
        DataSpec.of(
            new SourceSpec(source.format(), source.path(), Map.of("MODE", "DROPMALFORMED")),
            List.of(NumericFeature.of("x1")),
            LabelSpec.classes("label"));
    GradflowException e = assertThrows(GradflowException.class, () -> prepare(spec));
    assertEquals(ExitCode.BAD_JOB, e.code());
  }

  private static PreparedData prepare(DataSpec spec) {
    return PreparedData.prepare(SparkSessions.local2(), spec, 1, 2);
  }

  private static DataSpec spec(String file) throws URISyntaxException {
    return DataSpec.of(
        source(file), List.of(NumericFeature.of("x1", "x2")), LabelSpec.classes("label"));
  }

  private static SourceSpec source(String file) throws URISyntaxException {
    Path directory =
        Path.of(BrokenDataTest.class.getResource("/broken/data/nan.csv").toURI()).getParent();
    SourceFormat format =
        file.endsWith(".jsonl")
            ? SourceFormat.JSON
            : file.endsWith(".parquet") ? SourceFormat.PARQUET : SourceFormat.CSV;
    return new SourceSpec(format, directory.resolve(file).toString(), Map.of());
  }
}
