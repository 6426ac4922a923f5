package io.gradflow.driver.data;

import io.gradflow.common.array.Shape;
import io.gradflow.driver.feature.NumericFeature;
import io.gradflow.driver.feature.TensorFeature;
import io.gradflow.testkit.ShardContents;
import io.gradflow.worker.shard.ShardRdd;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Small images beside numbers, a class and weights: {@value #ROWS} rows, and the spec for them. */
final class PixelTable {
  static final int ROWS = 203;
  static final int MICRO_SHARDS = 3;
  static final long SEED = 7;

  private static final StructType SCHEMA =
      new StructType()
          .add("pixel_0", DataTypes.IntegerType)
          .add("pixel_1", DataTypes.IntegerType)
          .add("pixel_2", DataTypes.IntegerType)
          .add("pixel_3", DataTypes.IntegerType)
          .add("width", DataTypes.DoubleType)
          .add("height", DataTypes.DoubleType)
          .add("kind", DataTypes.StringType)
          .add("importance", DataTypes.DoubleType);

  private PixelTable() {}

  static List<Row> rows() {
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

  static Dataset<Row> table(SparkSession spark, List<Row> rows) {
    return spark.createDataFrame(rows, SCHEMA);
  }

  /** Compressed if the name says so. */
  static void writeCsv(Path file, List<Row> rows) throws IOException {
    StringBuilder csv = new StringBuilder(String.join(",", SCHEMA.fieldNames())).append('\n');
    for (Row row : rows) {
      csv.append(row.mkString(",")).append('\n');
    }
    Files.createDirectories(file.getParent());
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream out = file.toString().endsWith(".gz") ? new GZIPOutputStream(raw) : raw) {
      out.write(csv.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  static DataSpec spec(SourceFormat format, String path) {
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

  static PreparedData prepare(SparkSession spark, DataSpec spec) {
    return PreparedData.prepare(spark, spec, SEED, MICRO_SHARDS);
  }

  static List<Long> counts(RowCounts counts) {
    return List.of(counts.train(), counts.validation(), counts.test(), counts.rejected());
  }

  /** Each packed row as text: its values, then its weight. */
  static List<String> contents(ShardRdd shards) {
    List<String> all = new ArrayList<>();
    int width = SCHEMA.length();
    for (float[] part : ShardContents.of(shards)) {
      for (int at = 0; at < part.length; at += width) {
        all.add(
            Arrays.toString(Arrays.copyOfRange(part, at, at + width)).replaceAll("[\\[\\] ]", ""));
      }
    }
    return all;
  }
}
