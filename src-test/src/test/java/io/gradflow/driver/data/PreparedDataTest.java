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
import io.gradflow.driver.feature.TensorFeature;
import io.gradflow.testkit.ShardContents;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PreparedDataTest {
  private static final int ROWS = 203;
  private static final int MICRO_SHARDS = 3;
  private static final long SEED = 7;

  private final SparkSession spark = SparkSessions.local2();
  private Path directory;
  private List<Row> rows;
  private Dataset<Row> table;
  private PreparedData reference;
  private float[][] referenceTrain;

  @BeforeAll
  void prepareOneCsvFile(@TempDir Path temporary) throws IOException {
    directory = temporary;
    rows = rows();
    table =
        spark.createDataFrame(
            rows,
            new StructType()
                .add("pixel_0", DataTypes.IntegerType)
                .add("pixel_1", DataTypes.IntegerType)
                .add("pixel_2", DataTypes.IntegerType)
                .add("pixel_3", DataTypes.IntegerType)
                .add("width", DataTypes.DoubleType)
                .add("height", DataTypes.DoubleType)
                .add("kind", DataTypes.StringType)
                .add("importance", DataTypes.DoubleType));
    Path file = directory.resolve("one.csv");
    writeCsv(file, rows);
    reference = prepare(spec(SourceFormat.CSV, file.toString()));
    referenceTrain = ShardContents.of(reference.train());
  }

  @TestFactory
  Stream<DynamicTest> prepare_sameRowsElsewhere_sameBits() throws IOException {
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(3));
    for (int part = 0; part < 5; part++) {
      int from = part * part * ROWS / 25;
      int to = (part + 1) * (part + 1) * ROWS / 25;
      writeCsv(directory.resolve("many/part-" + part + ".csv"), shuffled.subList(from, to));
    }
    writeCsv(directory.resolve("packed.csv.gz"), shuffled);
    table.repartition(7).write().json(directory.resolve("json").toString());
    table.coalesce(1).write().parquet(directory.resolve("parquet").toString());
    table.repartition(4).write().orc(directory.resolve("orc").toString());
    Dataset<Row> reordered = spark.createDataFrame(shuffled, table.schema());
    reordered.createOrReplaceTempView("prepared_data_test");
    return Stream.of(
        same("many files", SourceFormat.CSV, directory.resolve("many").toString()),
        same("glob", SourceFormat.CSV, directory.resolve("many/part-*.csv").toString()),
        same("gz", SourceFormat.CSV, directory.resolve("packed.csv.gz").toString()),
        same("json", SourceFormat.JSON, directory.resolve("json").toString()),
        same("parquet", SourceFormat.PARQUET, directory.resolve("parquet").toString()),
        same("orc", SourceFormat.ORC, directory.resolve("orc").toString()),
        same("view", SourceFormat.TABLE, "prepared_data_test"),
        same("1 partition", reordered.coalesce(1)),
        same("7 partitions", reordered.repartition(7)),
        same("64 partitions, many empty", table.filter("pixel_0 >= 0").repartition(64)),
        same("skewed", reordered.repartition(5, reordered.col("kind"))));
  }

  @Test
  void prepare_splits_roundedCountsAndNoRowTwice() {
    assertEquals(List.of(163L, 20L, 20L, 0L), rows(reference.counts()));
    List<String> all = new ArrayList<>(contents(reference.train(), 7));
    List<String> validation = contents(reference.validation().orElseThrow(), 7);
    List<String> test = contents(reference.test().orElseThrow(), 7);
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
    DataSpec spec = spec(SourceFormat.CSV, directory.resolve("one.csv").toString());
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
    writeCsv(file, changed);
    try (PreparedData other = prepare(spec(SourceFormat.CSV, file.toString()))) {
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
    List<String> packed = contents(reference.train(), 7);
    packed.addAll(contents(reference.validation().orElseThrow(), 7));
    packed.addAll(contents(reference.test().orElseThrow(), 7));
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
      List<String> all = contents(encoded.shards(), 7);
      assertTrue(all.containsAll(contents(reference.train(), 7)));
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

  private static List<Long> rows(RowCounts counts) {
    return List.of(counts.train(), counts.validation(), counts.test(), counts.rejected());
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

  private DynamicTest same(String name, SourceFormat format, String path) {
    return DynamicTest.dynamicTest(name, () -> assertSame(prepare(spec(format, path))));
  }

  private DynamicTest same(String name, Dataset<Row> given) {
    DataSpec spec = spec(SourceFormat.TABLE, "given");
    return DynamicTest.dynamicTest(
        name,
        () ->
            assertSame(
                PreparedData.prepare(
                    SourceTable.of(name, given),
                    Optional.empty(),
                    Optional.empty(),
                    spec,
                    SEED,
                    MICRO_SHARDS)));
  }

  private void assertSame(PreparedData data) {
    try (data) {
      assertEquals(reference.preprocessing(), data.preprocessing());
      assertArrayEquals(referenceTrain, ShardContents.of(data.train()));
      assertArrayEquals(
          ShardContents.of(reference.validation().orElseThrow()),
          ShardContents.of(data.validation().orElseThrow()));
      assertEquals(reference.fingerprint(), data.fingerprint());
      assertEquals(rows(reference.counts()), rows(data.counts()));
      assertEquals(reference.profile().splits(), data.profile().splits());
      assertEquals(reference.profile().drift(), data.profile().drift());
    }
  }

  private PreparedData prepare(DataSpec spec) {
    return PreparedData.prepare(spark, spec, SEED, MICRO_SHARDS);
  }

  private static DataSpec spec(SourceFormat format, String path) {
    return new DataSpec(
        new SourceSpec(format, path, Map.of()),
        Optional.of(HoldoutSpec.split(0.1)),
        Optional.of(HoldoutSpec.split(0.1)),
        List.of(
            new TensorFeature(
                List.of("pixel_*"),
                "image",
                Optional.of(Shape.of(2, 2, 1)),
                Optional.of(1 / 255.0),
                false,
                false,
                false),
            NumericFeature.of("width", "height").standardized()),
        Optional.of(LabelSpec.classes("kind")),
        Optional.of(new WeightSpec("importance")),
        new OnBadRow.Fail(),
        RowOrder.CONTENT);
  }

  private static List<Row> rows() {
    Random random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(
          RowFactory.create(
              random.nextInt(256),
              random.nextInt(256),
              random.nextInt(256),
              random.nextInt(256),
              1000 + random.nextGaussian(),
              random.nextDouble() * 1e-3,
              List.of("round", "flat", "wide").get(random.nextInt(3)),
              (i + 1) * 0.125));
    }
    return rows;
  }

  private void writeCsv(Path file, List<Row> content) throws IOException {
    StringBuilder csv = new StringBuilder(String.join(",", table.columns())).append('\n');
    for (Row row : content) {
      csv.append(row.mkString(",")).append('\n');
    }
    Files.createDirectories(file.getParent());
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream out = file.toString().endsWith(".gz") ? new GZIPOutputStream(raw) : raw) {
      out.write(csv.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Each row as text. */
  private static List<String> contents(io.gradflow.worker.shard.ShardRdd shards, int columns) {
    List<String> all = new ArrayList<>();
    int width = columns + 1;
    for (float[] part : ShardContents.of(shards)) {
      for (int at = 0; at < part.length; at += width) {
        all.add(
            Arrays.toString(Arrays.copyOfRange(part, at, at + width)).replaceAll("[\\[\\] ]", ""));
      }
    }
    return all;
  }
}
