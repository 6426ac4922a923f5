package io.gradflow.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.SpecException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecWriter;
import io.gradflow.driver.feature.NumericFeature;
import io.gradflow.driver.feature.TensorFeature;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataSpecTest {
  private static final String DIGITS =
      """
      train: {format: csv, path: data/digits.csv.gz, options: {header: true}}
      validation: {split: 0.1}
      test: {path: data/more.csv}
      features:
        - {columns: pixel_*, as: tensor, shape: [8, 8, 1], scale: 0.0625}
        - {columns: [a, b], standardize: true, input: extra}
      label: {column: digit, as: class}
      weight: {column: w}
      onBadRow: {quarantine: out/bad}
      order: source
      """;

  @Test
  void read_everySection_bindsToRecords() {
    DataSpec spec = SpecReader.readYaml(DIGITS, "digits.yaml", DataSpec.class);
    SourceSpec train =
        new SourceSpec(SourceFormat.CSV, "data/digits.csv.gz", Map.of("header", "true"));
    DataSpec expected =
        new DataSpec(
            train,
            Optional.of(HoldoutSpec.split(0.1)),
            Optional.of(
                new HoldoutSpec(
                    Optional.empty(), Optional.of("data/more.csv"), Optional.empty(), Map.of())),
            List.of(
                new TensorFeature(
                    List.of("pixel_*"),
                    "features",
                    Optional.of(Shape.of(8, 8, 1)),
                    Optional.of(0.0625),
                    false,
                    false,
                    false),
                new NumericFeature(
                    List.of("a", "b"),
                    "extra",
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    false,
                    Optional.empty(),
                    true,
                    false,
                    false)),
            Optional.of(LabelSpec.classes("digit")),
            Optional.of(new WeightSpec("w")),
            new OnBadRow.Quarantine("out/bad"),
            RowOrder.SOURCE);
    assertEquals(expected, spec);
    assertEquals(expected, SpecReader.readJson(SpecWriter.toJson(spec), DataSpec.class));
    assertEquals(
        new SourceSpec(SourceFormat.CSV, "data/more.csv", Map.of("header", "true")),
        spec.test().orElseThrow().source(train).orElseThrow());
  }

  @Test
  void relocate_relativePaths_mapped() {
    DataSpec moved =
        SpecReader.readYaml(DIGITS, "digits.yaml", DataSpec.class).relocate(path -> "/job/" + path);
    assertEquals(List.of("/job/data/digits.csv.gz"), moved.train().path());
    assertEquals(Optional.of("/job/data/more.csv"), moved.test().orElseThrow().path());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          validation: {split: 0.1}    | validation: {split: 1}               | split 1.0; expected more than 0 and less than 1
          validation: {split: 0.1}    | validation: {}                       | expected either split or path
          validation: {split: 0.1}    | validation: {split: 0.1, path: x}    | expected either split or path
          validation: {split: 0.1}    | validation: {split: 0.1, format: csv} | split takes no format
          test: {path: data/more.csv} | test: {split: 0.9}                   | nothing is left to train on
          shape: [8, 8, 1], scale     | scale                                | a tensor needs a shape
          scale: 0.0625               | scale: 0                             | scale 0.0; expected finite and not 0
          standardize: true           | standardize: true, minMax: true      | at most one of scale, standardize, minMax and robust
          standardize: true           | clip: [2, 1]                         | expected the least and the greatest value
          standardize: true           | impute: {constant: .inf}             | number
          standardize: true           | impute: mode                         | expected one of mean, median, constant
          standardize: true           | as: categorical, minCount: 0         | minCount 0; expected at least 1
          standardize: true           | as: categorical, hash: 1             | hash 1; expected at least 2
          standardize: true           | as: buckets                          | expected either boundaries
          standardize: true           | as: buckets, boundaries: [1, 1]      | expected ascending numbers
          standardize: true           | as: buckets, quantiles: 1            | quantiles 1; expected 2 to 1000
          standardize: true           | as: date, parts: []                  | parts is empty
          standardize: true           | as: date, parts: [weak]              | weekend
          columns: [a, b]             | columns: []                          | columns is empty
          column: digit, as: class    | column: [x, y], as: class            | a class label has one column, not 2
          as: class}                  | as: number, classes: [a, b]}         | unknown key "classes"
          as: class}                  | as: class, classes: [a]}             | expected two or more
          path: data/digits.csv.gz    | path: ''                             | path is empty
          format: csv                 | format: cvs                          | csv
          onBadRow: {quarantine: out/bad} | onBadRow: explode                | drop
          """)
  void read_fault_saysWhatIsWrong(String part, String broken, String expected) {
    String yaml = DIGITS.replace(part, broken);
    SpecException e =
        assertThrows(
            SpecException.class, () -> SpecReader.readYaml(yaml, "digits.yaml", DataSpec.class));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }
}
