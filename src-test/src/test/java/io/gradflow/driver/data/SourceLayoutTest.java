package io.gradflow.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.testkit.ShardContents;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The same rows, however they lie: the same packed bits, fits, counts and profiles. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SourceLayoutTest {
  private static final int FILES = 200;

  private final SparkSession spark = SparkSessions.local2();
  private Path directory;
  private List<Row> shuffled;
  private Dataset<Row> table;
  private PreparedData reference;
  private float[][] referenceTrain;

  @BeforeAll
  void prepareOneCsvFile(@TempDir Path temporary) throws IOException {
    directory = temporary;
    List<Row> rows = PixelTable.rows();
    table = PixelTable.table(spark, rows);
    shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(3));
    Path file = directory.resolve("one.csv");
    PixelTable.writeCsv(file, rows);
    reference = PixelTable.prepare(spark, PixelTable.spec(SourceFormat.CSV, file.toString()));
    referenceTrain = ShardContents.of(reference.train());
  }

  @AfterAll
  void close() {
    reference.close();
  }

  /** One file or 200, CSV or Parquet, 1 or 64 partitions, rows shuffled, partitions empty. */
  @Test
  void prepare_anyFilesFormatPartitionsAndOrder_sameBits() throws IOException {
    for (int part = 0; part < FILES; part++) {
      int from = part * PixelTable.ROWS / FILES;
      int to = (part + 1) * PixelTable.ROWS / FILES;
      PixelTable.writeCsv(
          directory.resolve("csv-200/part-" + part + ".csv"), shuffled.subList(from, to));
    }
    PixelTable.writeCsv(directory.resolve("shuffled.csv"), shuffled);
    Dataset<Row> reordered = PixelTable.table(spark, shuffled);
    reordered.coalesce(1).write().parquet(directory.resolve("parquet-1").toString());
    reordered.repartition(FILES).write().parquet(directory.resolve("parquet-200").toString());
    Map<String, SourceTable> layouts = new LinkedHashMap<>();
    for (String files : List.of("csv-200", "shuffled.csv", "parquet-1", "parquet-200")) {
      SourceFormat format = files.startsWith("parquet") ? SourceFormat.PARQUET : SourceFormat.CSV;
      layouts.put(
          files,
          SourceTable.open(
              spark, files, new SourceSpec(format, directory.resolve(files).toString(), Map.of())));
    }
    layouts.put("1 partition", SourceTable.of("given", reordered.coalesce(1)));
    layouts.put("64 partitions", SourceTable.of("given", reordered.repartition(64)));
    // Of three values: at least 61 of the 64 are empty.
    Dataset<Row> mostlyEmpty = reordered.repartition(64, reordered.col("kind"));
    layouts.put("64 partitions, most of them empty", SourceTable.of("given", mostlyEmpty));
    layouts.forEach((layout, source) -> assertSame(layout, prepare(source)));
  }

  @TestFactory
  Stream<DynamicTest> prepare_sameRowsElsewhere_sameBits() throws IOException {
    for (int part = 0; part < 5; part++) {
      int from = part * part * PixelTable.ROWS / 25;
      int to = (part + 1) * (part + 1) * PixelTable.ROWS / 25;
      PixelTable.writeCsv(
          directory.resolve("many/part-" + part + ".csv"), shuffled.subList(from, to));
    }
    PixelTable.writeCsv(directory.resolve("packed.csv.gz"), shuffled);
    table.repartition(7).write().json(directory.resolve("json").toString());
    table.repartition(4).write().orc(directory.resolve("orc").toString());
    PixelTable.table(spark, shuffled).createOrReplaceTempView("source_layout_test");
    return Stream.of(
        same("many files", SourceFormat.CSV, directory.resolve("many").toString()),
        same("glob", SourceFormat.CSV, directory.resolve("many/part-*.csv").toString()),
        same("file: URI", SourceFormat.CSV, directory.resolve("many").toUri().toString()),
        same("gz", SourceFormat.CSV, directory.resolve("packed.csv.gz").toString()),
        same("json", SourceFormat.JSON, directory.resolve("json").toString()),
        same("orc", SourceFormat.ORC, directory.resolve("orc").toString()),
        same("view", SourceFormat.TABLE, "source_layout_test"),
        same("query", SourceFormat.SQL, "select * from source_layout_test where pixel_0 >= 0"));
  }

  /** Client-side mounts, as of clusters with several name nodes. */
  @Test
  void prepare_viewfsUri_sameBits() throws IOException {
    PixelTable.writeCsv(directory.resolve("mounted/rows.csv"), shuffled);
    String link = "fs.viewfs.mounttable.lake.link./rows";
    spark
        .sparkContext()
        .hadoopConfiguration()
        .set(link, directory.resolve("mounted").toUri().toString());
    try {
      assertSame(
          "viewfs",
          PixelTable.prepare(
              spark, PixelTable.spec(SourceFormat.CSV, "viewfs://lake/rows/rows.csv")));
    } finally {
      spark.sparkContext().hadoopConfiguration().unset(link);
    }
  }

  private DynamicTest same(String name, SourceFormat format, String path) {
    return DynamicTest.dynamicTest(
        name, () -> assertSame(name, PixelTable.prepare(spark, PixelTable.spec(format, path))));
  }

  private PreparedData prepare(SourceTable source) {
    return PreparedData.prepare(
        source,
        Optional.empty(),
        Optional.empty(),
        PixelTable.spec(SourceFormat.TABLE, "given"),
        PixelTable.SEED,
        PixelTable.MICRO_SHARDS);
  }

  private void assertSame(String layout, PreparedData data) {
    try (data) {
      assertEquals(reference.preprocessing(), data.preprocessing(), layout);
      assertArrayEquals(referenceTrain, ShardContents.of(data.train()), layout);
      assertArrayEquals(
          ShardContents.of(reference.validation().orElseThrow()),
          ShardContents.of(data.validation().orElseThrow()),
          layout);
      assertEquals(reference.fingerprint(), data.fingerprint(), layout);
      assertEquals(PixelTable.counts(reference.counts()), PixelTable.counts(data.counts()), layout);
      assertEquals(reference.profile().splits(), data.profile().splits(), layout);
      assertEquals(reference.profile().drift(), data.profile().drift(), layout);
    }
  }
}
