package io.gradflow.driver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.driver.cli.Shell.Result;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Data that are broken each in one way, in every format, as the command line meets them: the exit
 * code, the message, no stack trace, and nothing left behind.
 */
class BrokenSourcesTest {
  private static final String NUMBERS = "[{columns: [x1, x2]}]";
  private static final String LABEL = "{column: label, as: class}";
  private static final String FOLDER = "{column: folder, as: class}";
  private static final String IMAGE = "[{as: image, size: [2, 2]}]";
  private static final String SOUND = "[{as: audio, rate: 8000, seconds: 0.1, bands: 4}]";
  private static final String VECTOR = "[{columns: values, as: vector}]";

  @TempDir static Path directory;
  private static BrokenSources sources;

  /** A source, how the command ends, and a part of what it says. */
  @SuppressWarnings("ArrayRecordComponent") // A row of the table; never compared.
  private record Row(String source, String features, String label, int code, String... messages) {}

  @BeforeAll
  static void write() throws IOException {
    SparkSession spark = SparkSessions.local2();
    sources = new BrokenSources(directory, spark);
    sources.write();
  }

  @AfterAll
  static void forget() {
    SparkSessions.local2().catalog().dropTempView("broken_sources");
  }

  private static Row csv(String path, int code, String... messages) {
    return new Row("{format: csv, path: DIR/" + path + "}", NUMBERS, LABEL, code, messages);
  }

  private static Row of(String format, String path, int code, String... messages) {
    return new Row(
        "{format: " + format + ", path: DIR/" + path + "}", NUMBERS, LABEL, code, messages);
  }

  private static Row features(String features, int code, String... messages) {
    return new Row("{format: csv, path: DIR/good.csv}", features, LABEL, code, messages);
  }

  private static Row files(String path, String feature, int code, String... messages) {
    return new Row("{format: files, path: DIR/" + path + "}", feature, FOLDER, code, messages);
  }

  private static Row sql(String query, int code, String... messages) {
    return new Row("{format: sql, path: \"" + query + "\"}", NUMBERS, LABEL, code, messages);
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rows.addAll(text());
    rows.addAll(columnar());
    rows.addAll(arrays());
    rows.addAll(files());
    rows.addAll(meaning());
    return rows;
  }

  private static List<Row> text() {
    return List.of(
        csv("utf16.csv", 65, "no column x1"),
        csv("twice.csv", 65, "names column x1 twice"),
        csv("twice-by-case.csv", 65, "names column x1 twice", "X1"),
        csv("ten-megabytes.csv", 65, "row 2: column x1: \"99999", "is not a number"),
        csv("wide-number.csv", 65, "row 1: column x1: Infinity"),
        csv("nul.csv", 65, "row 1: column x1:", "is not a number"),
        csv("grouped.csv", 65, "row 1: column x2: \"1,234\" is not a number"),
        csv("date.csv", 65, "row 2: column x2: \"2026-11-25\" is not a number"),
        csv("no-directory/*.csv", 66, "no such file or directory"),
        csv("empty-directory", 65, "no columns: there are no data files"),
        csv("flipped.csv.gz", 65, "flipped.csv.gz"),
        csv("garbage.csv.bz2", 65, "garbage.csv.bz2"),
        csv("drift", 65, "drift/b.csv", "header"),
        csv("no-header.csv", 65, "no column x1", "its columns are 1, 2, a"),
        csv("spaces.csv", 65, "no column x1"),
        csv("dot.csv", 65, "no column x1", "x.1"),
        new Row(
            "{format: csv, path: DIR/good.csv, options: {header: maybe}}",
            NUMBERS,
            LABEL,
            65,
            "header"),
        new Row("{format: tsv, path: DIR/good.csv}", NUMBERS, LABEL, 65, "no column x1"),
        new Row(
            "{format: csv, path: [DIR/good.csv, DIR/nowhere.csv]}",
            NUMBERS,
            LABEL,
            66,
            "nowhere.csv"),
        new Row("{format: csv, path: 'nosuch://h/x.csv'}", NUMBERS, LABEL, 74, "nosuch"),
        of("json", "pretty.json", 65, "no json record can be read", "multiLine: true"),
        of("json", "array.json", 65, "row 3: the record does not have the table's columns"),
        of("json", "not-utf8.json", 65, "row 2: the record is not valid UTF-8"),
        of("json", "text.json", 65, "no json record can be read"),
        of("json", "null-column.json", 65, "2 of 2 rows cannot be used", "column x2: missing"),
        new Row(
            "{format: libsvm, path: DIR/zero.libsvm}",
            "[{columns: features, as: vector}]",
            LABEL,
            65,
            "row 1: the record does not have the table's columns: \"1 0:3\""),
        new Row(
            "{format: libsvm, path: DIR/beyond.libsvm, options: {features: 2}}",
            "[{columns: features, as: vector}]",
            LABEL,
            65,
            "\"0 3:1\""),
        new Row(
            "{format: text, path: DIR/not-utf8.txt}",
            "[{columns: text, as: text, level: character, windows: {length: 2}}]",
            "{column: text, as: nextToken}",
            65,
            "is not valid UTF-8"));
  }

  private static List<Row> columnar() {
    return List.of(
        of("parquet", "cut-directory", 65, "cut-directory"),
        of("parquet", "empty-file", 65, "part-zero.parquet", "0 bytes"),
        of("parquet", "flipped.parquet", 65, "flipped.parquet"),
        of("parquet", "types", 65, "types"),
        of("parquet", "lacking", 65, "column x2: missing", "lacking/b.parquet"),
        of("parquet", "empty-directory", 65, "no columns"),
        of("parquet", "struct.parquet", 65, "column x1 is of type struct<a:int>"),
        of("parquet", "map.parquet", 65, "column x1 is of type map<string,int>"),
        of("parquet", "array.parquet", 65, "an array is read with as: vector"),
        of("parquet", "binary.parquet", 65, "column x1 is of type binary; expected a number"),
        of("parquet", "nan.parquet", 65, "column x1: NaN"),
        of("parquet", "good.csv", 65, "good.csv is not a Parquet file"),
        of("orc", "cut.orc", 65, "cut.orc"),
        of("orc", "good.csv", 65, "good.csv"),
        of("orc", "no-rows.orc", 65, "has no rows"),
        sql("select 1 / 0 as x1, 1 as x2, 'a' as label", 65, "DIVIDE_BY_ZERO"),
        sql("select x1 from broken_sources", 65, "no column x2"),
        sql("selct x1", 65, "PARSE_SYNTAX_ERROR"),
        sql("select nothing from broken_sources", 65, "nothing"),
        sql("select * from broken_sources where false", 65, "has no rows"),
        sql("select cast('four' as int) as x1, 1 as x2, 'a' as label", 65, "CAST_INVALID_INPUT"),
        sql("drop view broken_sources", 65, "no column"),
        new Row("{format: table, path: not_here}", NUMBERS, LABEL, 66, "not_here"));
  }

  private static List<Row> arrays() {
    return List.of(
        new Row("{format: idx, path: DIR/huge.idx}", VECTOR, LABEL, 65, "rows of"),
        new Row("{format: idx, path: DIR/negative.idx}", VECTOR, LABEL, 65, "rows; expected"),
        new Row("{format: idx, path: DIR/empty.bin}", VECTOR, LABEL, 65, "empty.bin"),
        new Row("{format: numpy, path: DIR/cut-header.npy}", VECTOR, LABEL, 65, "cut-header.npy"),
        new Row("{format: numpy, path: DIR/huge.npy}", VECTOR, LABEL, 65, "expected rows of 1 to"),
        new Row("{format: numpy, path: DIR/no-shape.npy}", VECTOR, LABEL, 65, "shape ()"),
        new Row("{format: numpy, path: DIR/big-axis.npy}", VECTOR, LABEL, 65, "big-axis.npy"),
        new Row("{format: numpy, path: DIR/version.npy}", VECTOR, LABEL, 65, "format version 9"),
        new Row("{format: numpy, path: DIR/garbage.npz}", VECTOR, LABEL, 65, "garbage.npz"),
        new Row("{format: numpy, path: DIR/cut.npz}", VECTOR, LABEL, 65, "cut.npz"));
  }

  private static List<Row> files() {
    return List.of(
        files("images", IMAGE, 65, "images/b/empty.png, row 1: column content: missing"),
        files(
            "no-images",
            IMAGE,
            65,
            "no-images/b/notes.txt",
            "that are no JPEG, PNG, BMP or GIF image"),
        files("empty-directory", IMAGE, 65, "has no rows"),
        files("sounds", SOUND, 65, "sounds/b/text.wav", "no WAV file"),
        files("cut-sounds", SOUND, 65, "cut-sounds/b/cut.wav", "cut short"),
        files("fast-sounds", SOUND, 65, "fast-sounds/b/16k.wav", "16000"),
        files("odd-sounds", SOUND, 65, "odd-sounds/b/odd.wav", "12 bits"),
        new Row(
            "{format: files, path: DIR/labelled, options: {labels: no-labels.csv}}",
            IMAGE,
            "{column: what, as: class}",
            66,
            "no-labels.csv"),
        new Row(
            "{format: files, path: DIR/labelled, options: {labels: twice-labels.csv}}",
            IMAGE,
            "{column: what, as: class}",
            65,
            "names file a.png twice"),
        new Row(
            "{format: files, path: DIR/labelled, options: {labels: few-labels.csv}}",
            IMAGE,
            "{column: what, as: class}",
            65,
            "labelled/b.png",
            "column what: missing"));
  }

  private static List<Row> meaning() {
    return List.of(
        features("[{columns: [x1, label]}]", 65, "column label: \"a\" is not a number"),
        features("[{columns: [x1, x2], shape: [2, 2]}]", 65, "needs 4 columns, found 2"),
        features("[{columns: [x1, x2], shape: [100000, 100000, 100000]}]", 78, "shape"),
        features("[{columns: 'z*'}]", 65, "no column matches z*"),
        features("[{columns: [x1, x1]}]", 65, "named twice"),
        features("[{columns: x1, as: vector}]", 65, "column x1 is of type string"),
        features("[{columns: x1, as: date}]", 65, "column x1: \"1\" is not a date or time"),
        features("[{as: image, size: [2, 2], columns: x1}]", 65, "the bytes of a file"),
        new Row(
            "{format: csv, path: DIR/all-missing.csv}",
            "[{columns: [x1, x2], impute: mean}]",
            LABEL,
            65,
            "column x2 is missing in all training rows"),
        new Row(
            "{format: csv, path: DIR/good.csv}",
            NUMBERS,
            "{column: label, as: class, classes: [a, c]}",
            65,
            "column label: unknown class \"b\""),
        new Row(
            "{format: csv, path: DIR/good.csv}",
            NUMBERS,
            "{column: label, as: number}",
            65,
            "column label: \"a\" is not a number"),
        new Row(
            "{format: csv, path: DIR/one-row.csv}, validation: {split: 0.5}",
            NUMBERS,
            "{column: x1, as: number}",
            65,
            "none may be empty"),
        new Row(
            "{format: csv, path: DIR/weights.csv}, weight: {column: weight}",
            NUMBERS,
            LABEL,
            65,
            "every weight is 0"),
        new Row(
            "{format: csv, path: DIR/good.csv}, validation: {path: DIR/other.csv}",
            NUMBERS,
            LABEL,
            65,
            "data.validation",
            "no column x2"),
        new Row(
            "{format: csv, path: DIR/good.csv}, test: {path: DIR/nowhere.csv}",
            NUMBERS,
            LABEL,
            66,
            "data.test",
            "nowhere.csv"),
        new Row(
            "{format: csv, path: DIR/nan.csv}, onBadRow: {quarantine: DIR/kept}",
            NUMBERS,
            LABEL,
            73,
            "exists"));
  }

  @TestFactory
  Stream<DynamicTest> train_brokenSource_codeAndMessage() {
    List<Row> rows = rows();
    return IntStream.range(0, rows.size())
        .mapToObj(
            i ->
                DynamicTest.dynamicTest(
                    rows.get(i).source() + " " + rows.get(i).features(),
                    () -> check(i, rows.get(i))));
  }

  private static void check(int i, Row row) throws IOException {
    Path job =
        Files.writeString(
            directory.resolve("job-" + i + ".yaml"),
            """
            name: broken
            data:
              train: %s
              features: %s
              label: %s
            model: {layers: [{flatten: {}}, {dense: classes}]}
            loss: softmaxCrossEntropy
            optimizer: {sgd: {learningRate: 0.1}}
            train: {epochs: 1, batchSize: 4, microShards: 1, stepRunner: inProcess}
            """
                .formatted(
                    row.source()
                        .replaceAll("}, (validation|test|weight|onBadRow)", "}\n  $1")
                        .replace("DIR", directory.toString()),
                    row.features(),
                    row.label())
                .replace(row.label().contains("number") ? "dense: classes" : "\0", "dense: 1")
                .replace(
                    row.label().contains("number") ? "softmaxCrossEntropy" : "\0", "squaredError")
                .replace(
                    row.label().contains("nextToken") ? "{flatten: {}}, " : "\0",
                    "{embedding: {vocabulary: 50, width: 2}}, "));
    Path output = directory.resolve("out-" + i);
    Result result = Shell.run("train", job, "--output", output);
    for (String message : row.messages()) {
      assertTrue(result.err().contains(message), message + " in\n" + result.err());
    }
    assertEquals(row.code(), result.code(), result.err());
    assertFalse(result.err().contains("\tat "), result.err());
    assertFalse(result.err().contains("The stack trace is in"), result.err());
    assertTrue(result.err().length() < 4000, "a message of " + result.err().length());
    assertEquals("", result.out());
    assertFalse(Files.exists(output.resolve("summary.json")));
  }
}
