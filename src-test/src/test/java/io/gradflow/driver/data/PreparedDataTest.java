package io.gradflow.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.data.Preprocessing;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecWriter;
import io.gradflow.driver.feature.NumericFeature;
import io.gradflow.testkit.ShardContents;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PreparedDataTest {
  private static final int ROWS = PixelTable.ROWS;
  private static final int MICRO_SHARDS = PixelTable.MICRO_SHARDS;
  private static final long SEED = PixelTable.SEED;

  private final SparkSession spark = SparkSessions.local2();
  private Path directory;
  private List<Row> rows;
  private Dataset<Row> table;
  private PreparedData reference;
  private float[][] referenceTrain;

  @BeforeAll
  void prepareOneCsvFile(@TempDir Path temporary) throws IOException {
    directory = temporary;
    rows = PixelTable.rows();
    table = PixelTable.table(spark, rows);
    Path file = directory.resolve("one.csv");
    PixelTable.writeCsv(file, rows);
    reference = PixelTable.prepare(spark, PixelTable.spec(SourceFormat.CSV, file.toString()));
    referenceTrain = ShardContents.of(reference.train());
  }

  @Test
  void prepare_splits_roundedCountsAndNoRowTwice() {
    assertEquals(List.of(163L, 20L, 20L, 0L), PixelTable.counts(reference.counts()));
    List<String> all = new ArrayList<>(PixelTable.contents(reference.train()));
    List<String> validation = PixelTable.contents(reference.validation().orElseThrow());
    List<String> test = PixelTable.contents(reference.test().orElseThrow());
    assertEquals(20, validation.size());
    assertEquals(20, test.size());
    all.addAll(validation);
    all.addAll(test);
    // Importance is unique in the rows made here.
    assertEquals(
        ROWS, all.stream().map(row -> row.substring(row.lastIndexOf(','))).distinct().count());
  }

  @Test
  void prepare_microShards_differByAtMostOneRow() {
    assertArrayEquals(
        new int[] {55 * 8, 54 * 8, 54 * 8},
        Arrays.stream(referenceTrain).mapToInt(part -> part.length).toArray());
  }

  @Test
  void prepare_anotherSeed_otherRowsHeldOutSameFingerprint() {
    DataSpec spec = PixelTable.spec(SourceFormat.CSV, directory.resolve("one.csv").toString());
    try (PreparedData other = PreparedData.prepare(spark, spec, SEED + 1, MICRO_SHARDS)) {
      assertFalse(Arrays.deepEquals(referenceTrain, ShardContents.of(other.train())));
      assertEquals(reference.fingerprint(), other.fingerprint());
    }
  }

  @Test
  void prepare_oneValueChanged_anotherFingerprint() throws IOException {
    List<Row> changed = new ArrayList<>(rows);
    changed.set(9, RowFactory.create(1, 2, 3, 4, 0.5, 0.25, "round", 99.0));
    Path file = directory.resolve("changed.csv");
    PixelTable.writeCsv(file, changed);
    try (PreparedData other =
        PixelTable.prepare(spark, PixelTable.spec(SourceFormat.CSV, file.toString()))) {
      assertNotEquals(reference.fingerprint(), other.fingerprint());
    }
  }

  /** Values by hand: 4 rows, standardized by mean 2.5 and deviation sqrt(1.25), min 1, max 4. */
  @Test
  void fit_smallTable_handComputedValues() throws IOException {
    Path file = directory.resolve("hand.csv");
    Files.writeString(file, "x,z,same,y\n1,10,5,1\n2,10,5,1\n3,20,5,3\n4,40,5,-2\n");
    DataSpec spec =
        DataSpec.of(
            new SourceSpec(SourceFormat.CSV, file.toString(), Map.of()),
            List.of(
                NumericFeature.of("x", "same").standardized(),
                new NumericFeature(
                    List.of("z"),
                    "features",
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    false,
                    Optional.empty(),
                    false,
                    true,
                    false)),
            LabelSpec.classes("y"));
    try (PreparedData data = PreparedData.prepare(spark, spec, SEED, 2)) {
      assertEquals(List.of("-2", "1", "3"), data.schema().targets().get(0).classes());
      float sigma = (float) Math.sqrt(1.25);
      TreeMap<Float, float[]> byX = new TreeMap<>();
      for (float[] part : ShardContents.of(data.train())) {
        for (int at = 0; at < part.length; at += 5) {
          byX.put(part[at], Arrays.copyOfRange(part, at, at + 5));
        }
      }
      float[][] expected = {
        {-1.5f / sigma, 0, 0, 1, 1},
        {-0.5f / sigma, 0, 0, 1, 1},
        {0.5f / sigma, 0, 1f / 3, 2, 1},
        {1.5f / sigma, 0, 1, 0, 1}
      };
      int i = 0;
      for (float[] row : byX.values()) {
        assertArrayEquals(expected[i++], row, 1e-6f);
      }
    }
  }

  @Test
  void preprocessing_throughJson_isEqualAndEncodesTheSameInPlainJava() {
    Preprocessing saved =
        SpecReader.readJson(SpecWriter.toJson(reference.preprocessing()), Preprocessing.class);
    assertEquals(reference.preprocessing(), saved);
    List<String> packed = PixelTable.contents(reference.train());
    packed.addAll(PixelTable.contents(reference.validation().orElseThrow()));
    packed.addAll(PixelTable.contents(reference.test().orElseThrow()));
    var encoder = saved.encoder();
    MiniBatch batch = new MiniBatch(saved.schema(), 1);
    for (Row row : rows) {
      Map<String, Object> values = new TreeMap<>();
      for (int i = 0; i < row.length(); i++) {
        // As text in one half of the columns: parsing is shared too.
        values.put(table.columns()[i], i % 2 == 0 ? String.valueOf(row.get(i)) : row.get(i));
      }
      encoder.encode(values, batch, 0);
      String encoded =
          Arrays.toString(batch.input(0)).replaceAll("[\\[\\] ]", "")
              + ","
              + Arrays.toString(batch.input(1)).replaceAll("[\\[\\] ]", "")
              + ","
              + batch.target(0)[0]
              + ","
              + batch.weights()[0];
      assertTrue(packed.contains(encoded), encoded);
    }
  }

  @Test
  void encode_savedPreprocessing_sameValuesAsTraining() {
    SourceTable source = SourceTable.of("rows to evaluate", table);
    try (EncodedData encoded =
        PreparedData.encode(
            source,
            reference.preprocessing(),
            new OnBadRow.Fail(),
            RowOrder.CONTENT,
            SEED,
            MICRO_SHARDS)) {
      assertEquals(ROWS, encoded.shards().rowCount());
      List<String> all = PixelTable.contents(encoded.shards());
      assertTrue(all.containsAll(PixelTable.contents(reference.train())));
      assertEquals(reference.fingerprint(), encoded.fingerprint());
    }
  }

  @Test
  void schema_tensorBesideNumbers_twoInputs() {
    assertEquals(
        new ExampleSchema(
            List.of(
                new Field("image", Shape.of(2, 2, 1), Field.Kind.NUMBER, List.of()),
                new Field("features", Shape.of(2), Field.Kind.NUMBER, List.of())),
            List.of(
                new Field(
                    "label", Shape.of(), Field.Kind.CLASS, List.of("flat", "round", "wide")))),
        reference.schema());
  }

  @Test
  void prepare_sourceOrder_rowsDealtInFileOrder() throws IOException {
    Path file = directory.resolve("in-order.csv");
    StringBuilder csv = new StringBuilder("x,y\n");
    for (int i = 0; i < 10; i++) {
      csv.append(i).append(',').append(i * 2).append('\n');
    }
    Files.writeString(file, csv);
    DataSpec spec =
        new DataSpec(
            new SourceSpec(SourceFormat.CSV, file.toString(), Map.of()),
            Optional.of(HoldoutSpec.split(0.2)),
            Optional.empty(),
            List.of(NumericFeature.of("x")),
            Optional.of(LabelSpec.numbers("y")),
            Optional.empty(),
            new OnBadRow.Fail(),
            RowOrder.SOURCE);
    try (PreparedData data = PreparedData.prepare(spark, spec, SEED, 2)) {
      assertArrayEquals(
          new float[][] {
            {0, 0, 1, 2, 4, 1, 5, 10, 1, 7, 14, 1}, {1, 2, 1, 3, 6, 1, 6, 12, 1, 8, 16, 1}
          },
          ShardContents.of(data.train()));
      assertArrayEquals(
          new float[][] {{4, 8, 1}, {9, 18, 1}}, ShardContents.of(data.validation().orElseThrow()));
    }
  }

  @Test
  void prepare_severalTargetsMoreMicroShardsThanRows_emptyShards() throws IOException {
    Path file = directory.resolve("targets.csv");
    Files.writeString(file, "x,y1,y2\n1,2,3\n4,5,6\n");
    DataSpec spec =
        DataSpec.of(
            new SourceSpec(SourceFormat.CSV, file.toString(), Map.of()),
            List.of(NumericFeature.of("x")),
            LabelSpec.numbers("y*"));
    try (PreparedData data = PreparedData.prepare(spark, spec, SEED, 5)) {
      assertEquals(Shape.of(2), data.schema().targets().get(0).shape());
      float[][] parts = ShardContents.of(data.train());
      assertEquals(2 * 4, parts[0].length + parts[1].length);
      assertEquals(0, parts[2].length + parts[3].length + parts[4].length);
    }
  }

  @Test
  void prepare_quarantine_writesRefusedRowsOnce() throws IOException {
    Path file = directory.resolve("bad.csv");
    Files.writeString(file, "x,y\n1,2\nbad,3\n4,\n5,6\n7,8,9\n");
    Path quarantine = directory.resolve("quarantine");
    DataSpec spec =
        DataSpec.of(
                new SourceSpec(SourceFormat.CSV, file.toString(), Map.of()),
                List.of(NumericFeature.of("x")),
                LabelSpec.numbers("y"))
            .withOnBadRow(new OnBadRow.Quarantine(quarantine.toString()));
    try (PreparedData data = PreparedData.prepare(spark, spec, SEED, 2)) {
      assertEquals(2, data.counts().train());
      assertEquals(3, data.counts().rejected());
      assertEquals(
          List.of(
              file + ", row 2: column x: \"bad\" is not a number",
              file + ", row 3: column y: missing",
              file + ", row 5: the record does not have the table's columns: \"7,8,9\""),
          data.counts().samples().stream().map(RejectedRow::toString).toList());
    }
    List<String> reasons =
        spark
            .read()
            .json(quarantine + "/train")
            .sort("reason")
            .select("reason", "record.y")
            .collectAsList()
            .stream()
            .map(Row::toString)
            .toList();
    assertEquals(
        List.of(
            "[column x: \"bad\" is not a number,3]",
            "[column y: missing,null]",
            "[the record does not have the table's columns: \"7,8,9\",8]"),
        reasons);
    GradflowException e =
        assertThrows(
            GradflowException.class, () -> PreparedData.prepare(spark, spec, SEED, 2).close());
    assertEquals(ExitCode.OUTPUT_BLOCKED, e.code());
  }
}
