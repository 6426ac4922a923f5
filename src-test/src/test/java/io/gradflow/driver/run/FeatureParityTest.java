package io.gradflow.driver.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.common.array.Float16;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.SquaredError;
import io.gradflow.common.metric.OutputSpec;
import io.gradflow.common.model.Model;
import io.gradflow.common.model.Predictor;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.driver.data.DataSpec;
import io.gradflow.driver.data.PreparedData;
import io.gradflow.driver.data.SourceTable;
import io.gradflow.testkit.ShardContents;
import io.gradflow.testkit.SparkSessions;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Date;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every kind of feature is encoded alike when training packs it, when Spark predicts and in plain
 * Java: a network that gives back its input shows what reached it.
 */
class FeatureParityTest {
  private static final int ROWS = 60;
  private static final StructType TABLE =
      new StructType()
          .add("id", DataTypes.IntegerType)
          .add("number", DataTypes.DoubleType)
          .add("holes", DataTypes.DoubleType)
          .add("whole", DataTypes.IntegerType)
          .add("array", DataTypes.createArrayType(DataTypes.FloatType))
          .add("kind", DataTypes.StringType)
          .add("code", DataTypes.LongType)
          .add("day", DataTypes.DateType)
          .add("time", DataTypes.TimestampType)
          .add("spelled", DataTypes.StringType)
          .add("title", DataTypes.StringType)
          .add("picture", DataTypes.BinaryType)
          .add("sound", DataTypes.BinaryType);

  private final SparkSession spark = SparkSessions.local2();

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {columns: [number, whole], standardize: true} |
          {columns: [whole, whole2], as: tensor, shape: [2, 1], scale: 0.00392156862745098} |
          {columns: [holes, number], impute: mean, minMax: true} |
          {columns: holes, impute: median, robust: true, log: true} |
          {columns: holes, impute: {constant: -1}, clip: [-0.5, 0.5]} |
          {columns: array, as: vector, standardize: true} |
          {columns: [kind, code], as: categorical, minCount: 3} |
          {columns: [kind, code], as: categorical, encode: index, maxCategories: 4} |
          {columns: [kind, code], as: categorical, hash: 5} |
          {columns: [number, holes], as: buckets, boundaries: [-1, 0, 0.5]} |
          {columns: [number, holes], as: buckets, quantiles: 4, encode: index} |
          {columns: [day, time, spelled], as: date, parts: [year, month, dayOfWeek, hour, weekend, epochDays]} |
          {columns: picture, as: image, size: [3, 5], mean: 0.5, deviation: 0.25} |
          {columns: picture, as: image, size: [4, 3], mean: [0.5, 0.4, 0.3], deviation: [0.25, 0.2, 0.1]} |
          {columns: sound, as: audio, rate: 8000, seconds: 0.05, bands: 8, mfcc: 4} |
          {columns: sound, as: audio, rate: 11025, resample: true, seconds: 0.05, bands: 8} |
          {columns: picture, as: image, size: [2, 2], channels: 1, fit: crop} |
          {columns: title, as: text, maxLength: 4, lowercase: true, minCount: 2} |
          {columns: title, as: text, maxLength: 9, level: character, padding: start, truncation: start} |
          {columns: title, as: text, maxLength: 6, boundaries: true} |
          {columns: title, as: text, maxLength: 5, level: bytePair, maxVocabulary: 60} |
          {columns: [number, whole], standardize: true} | features
          {columns: [whole, whole2], as: tensor, shape: [2, 1], scale: 0.00392156862745098} | features
          {columns: sound, as: audio, rate: 8000, seconds: 0.05, bands: 8} | features
          """)
  void encode_sameRow_sameFloatsEverywhere(String feature, String float16) throws IOException {
    Dataset<Row> rows = rows().withColumn("whole2", org.apache.spark.sql.functions.col("whole"));
    DataSpec spec =
        SpecReader.readYaml(
            """
            train: {format: table, path: given}
            features: [%s]
            label: {column: id, as: number}
            float16: [%s]
            """
                .formatted(feature, float16 == null ? "" : float16),
            "data.yaml",
            DataSpec.class);
    try (PreparedData data =
        PreparedData.prepare(
            SourceTable.of("given", rows), Optional.empty(), Optional.empty(), spec, 5, 2)) {
      Field input = data.schema().inputs().get(0);
      Map<Integer, float[]> packed = packed(data, input.width());
      assertEquals(ROWS, packed.size());
      Model model =
          Model.of(
              "echo",
              NetworkSpec.sequential(
                  new InputSpec(input.name(), input.shape()),
                  List.of(SpecReader.readJson("\"flatten\"", LayerSpec.class))),
              data.preprocessing(),
              List.of(OutputSpec.only("label", new SquaredError(), List.of())),
              new float[0],
              Map.of());
      Predictor predictor = new Predictor(model);
      for (Row row : new TrainedModel(model).transform(rows).collectAsList()) {
        float[] expected = packed.get(row.<Integer>getAs("id"));
        float[] predicted = new float[expected.length];
        for (int i = 0; i < expected.length; i++) {
          predicted[i] = row.getFloat(row.length() - expected.length + i);
        }
        assertArrayEquals(expected, predicted, row.toString());
        Map<String, Object> values = new HashMap<>();
        for (String name : rows.columns()) {
          Object value = row.getAs(name);
          values.put(
              name,
              value instanceof scala.collection.Seq<?> seq
                  ? scala.jdk.javaapi.CollectionConverters.asJava(seq)
                  : value);
        }
        assertArrayEquals(expected, predictor.predict(values), row.toString());
        for (float value : float16 == null ? new float[0] : expected) {
          assertEquals(Float16.round(value), value);
        }
      }
    }
  }

  /** The encoded inputs by the row's id, which is the label. */
  private static Map<Integer, float[]> packed(PreparedData data, int width) {
    Map<Integer, float[]> byId = new HashMap<>();
    for (float[] part : ShardContents.of(data.train())) {
      for (int at = 0; at < part.length; at += width + 2) {
        byId.put((int) part[at + width], Arrays.copyOfRange(part, at, at + width));
      }
    }
    return byId;
  }

  private static byte[] picture(Random random) throws IOException {
    BufferedImage image =
        new BufferedImage(1 + random.nextInt(6), 1 + random.nextInt(6), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }

  private static byte[] sound(Random random) throws IOException {
    byte[] samples = new byte[200 + random.nextInt(400)];
    random.nextBytes(samples);
    ByteArrayOutputStream wave = new ByteArrayOutputStream();
    AudioSystem.write(
        new AudioInputStream(
            new ByteArrayInputStream(samples),
            new AudioFormat(8000, 16, 1, true, false),
            samples.length / 2),
        AudioFileFormat.Type.WAVE,
        wave);
    return wave.toByteArray();
  }

  private Dataset<Row> rows() throws IOException {
    Random random = new Random(9);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      long seconds = random.nextLong(4_000_000_000L) - 1_000_000_000L;
      rows.add(
          RowFactory.create(
              i,
              random.nextGaussian(),
              i % 5 == 0 ? (i % 2 == 0 ? null : Double.NaN) : (Object) random.nextGaussian(),
              random.nextInt(256),
              List.of(random.nextFloat(), 3f, -random.nextFloat()),
              i % 7 == 0 ? null : "kind " + (int) Math.sqrt(random.nextInt(64)),
              (long) random.nextInt(6) * 1000,
              Date.valueOf("20%02d-%02d-%02d".formatted(i, 1 + i % 12, 1 + i % 28)),
              Timestamp.from(java.time.Instant.ofEpochSecond(seconds, 250_000_000)),
              "2021-02-%02d%s"
                  .formatted(1 + i % 28, List.of("", "T09:30", " 23:59:01.5Z").get(i % 3)),
              "It was number " + random.nextInt(9) + ", \u00e9t\u00e9" + "!".repeat(i % 3),
              picture(random),
              sound(random)));
    }
    return spark.createDataFrame(rows, TABLE);
  }
}
