package io.gradflow.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.loss.SquaredError;
import io.gradflow.common.metric.OutputSpec;
import io.gradflow.common.model.Model;
import io.gradflow.common.model.Predictor;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.spec.SpecException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.driver.run.TrainedModel;
import io.gradflow.testkit.ShardContents;
import io.gradflow.testkit.SparkSessions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Two series, a of 20 days and b of 9: values 100 d and 1000 + d of day d. */
class SeriesDataTest {
  private static final StructType TABLE =
      new StructType()
          .add("shop", DataTypes.StringType)
          .add("day", DataTypes.StringType)
          .add("sold", DataTypes.DoubleType)
          .add("price", DataTypes.DoubleType);

  private final SparkSession spark = SparkSessions.local2();

  @Test
  void prepare_windows_historyAndHorizonOfOneEntityByHand() {
    try (PreparedData data = prepare(table(rows()), 3, "stride: 4", "horizon: 2", "")) {
      assertEquals(Shape.of(3, 2), data.schema().inputs().get(0).shape());
      assertEquals(Shape.of(2), data.schema().targets().get(0).shape());
      // Day d of a: sold 100 d, price d. Windows start at days 1, 5, 9, 13 of a, 1 and 5 of b.
      List<String> expected = new ArrayList<>();
      for (int start : new int[] {1, 5, 9, 13}) {
        expected.add(example(start, 100, 0));
      }
      for (int start : new int[] {1, 5}) {
        expected.add(example(start, 1, 1000));
      }
      assertEquals(expected.stream().sorted().toList(), contents(data.train(), 9));
    }
  }

  @Test
  void prepare_rowsInAnyOrderAndPartitions_sameBits() {
    List<Row> shuffled = new ArrayList<>(rows());
    Collections.shuffle(shuffled, new Random(1));
    try (PreparedData one = prepare(table(rows()), 3, "standardize: true", "", "");
        PreparedData other =
            prepare(table(shuffled).repartition(11), 3, "standardize: true", "", "")) {
      assertTrue(Arrays.deepEquals(ShardContents.of(one.train()), ShardContents.of(other.train())));
    }
  }

  /** Days 15 on are validation: examples whose horizon reaches over the cut belong to neither. */
  @Test
  void prepare_splitInTime_noTrainingExampleSeesTheHeldOutTime() {
    try (PreparedData data =
        prepare(table(rows()), 3, "", "horizon: 2", "validation: {time: day, from: 2024-01-15}")) {
      // a starts 1 to 16: its horizon is start + 3 and start + 4.
      for (float[] part : ShardContents.of(data.train())) {
        for (int at = 0; at < part.length; at += 9) {
          assertTrue(part[at + 7] <= 1400, "predicts " + part[at + 7]);
        }
      }
      // Starts 1 to 10 of a and 1 to 5 of b; start 11 predicts days 14 and 15.
      assertEquals(15, data.counts().train());
      assertEquals(5, data.counts().validation());
      assertEquals(1, data.counts().sources().get(0).unused());
    }
  }

  @Test
  void encode_sameRow_sameFloatsInTrainingInSparkAndInPlainJava() {
    Dataset<Row> table = table(rows());
    try (PreparedData data = prepare(table, 3, "standardize: true", "", "")) {
      Model model =
          Model.of(
              "echo",
              NetworkSpec.sequential(
                  new InputSpec("features", Shape.of(3, 2)),
                  List.of(SpecReader.readJson("\"flatten\"", LayerSpec.class))),
              data.preprocessing(),
              List.of(OutputSpec.only("label", new SquaredError(), List.of())),
              new float[0],
              Map.of());
      // By the value to predict, which tells the example.
      Map<Float, float[]> packed = new TreeMap<>();
      for (float[] part : ShardContents.of(data.train())) {
        for (int at = 0; at < part.length; at += 8) {
          packed.put(part[at + 6], Arrays.copyOfRange(part, at, at + 6));
        }
      }
      List<Row> predicted = new TrainedModel(model).transform(table).collectAsList();
      // Every row with three days behind it, itself included.
      assertEquals(18 + 7, predicted.size());
      Predictor predictor = new Predictor(model);
      int compared = 0;
      for (Row row : predicted) {
        assertEquals(TABLE.fieldNames()[2], row.schema().fieldNames()[2]);
        double sold = row.getDouble(2);
        boolean a = row.getString(0).equals("a");
        float[] expected = packed.get((float) (a ? sold + 100 : sold + 1));
        float[] found = new float[6];
        for (int i = 0; i < 6; i++) {
          found[i] = row.getFloat(row.length() - 6 + i);
        }
        double step = a ? 100 : 1;
        double price = row.getDouble(3);
        float[] plain =
            predictor.predict(
                Map.of(
                    "sold", new double[] {sold - 2 * step, sold - step, sold},
                    "price", new double[] {price - 2, price - 1, price}));
        assertArrayEquals(found, plain);
        if (expected != null) {
          assertArrayEquals(expected, found);
          compared++;
        }
      }
      assertEquals(packed.size(), compared);
    }
  }

  @Test
  void prepare_oneTimeTwice_namesSeriesAndTime() {
    List<Row> twice = new ArrayList<>(rows());
    twice.add(RowFactory.create("b", "2024-01-04", 1.0, 1.0));
    GradflowException e =
        assertThrows(GradflowException.class, () -> prepare(table(twice), 3, "", "", "").close());
    assertTrue(
        e.getMessage().contains("series [b]: 2024-01-04 is followed by 2024-01-04"),
        e.getMessage());
  }

  @Test
  void prepare_rowWithoutATime_isABadRow() {
    List<Row> more = new ArrayList<>(rows());
    more.add(RowFactory.create("b", null, 1.0, 1.0));
    GradflowException e =
        assertThrows(GradflowException.class, () -> prepare(table(more), 3, "", "", "").close());
    assertTrue(e.getMessage().contains("1 of 24 rows cannot be used"), e.getMessage());
  }

  @Test
  void spec_randomSplitOfASeries_isRefused() {
    SpecException e =
        assertThrows(SpecException.class, () -> spec(3, "", "", "validation: {split: 0.2}"));
    assertTrue(e.getMessage().contains("hold rows out by time"), e.getMessage());
  }

  private static String example(int start, int factor, int offset) {
    float[] row = new float[9];
    for (int t = 0; t < 3; t++) {
      row[2 * t] = offset + factor * (start + t);
      row[2 * t + 1] = start + t;
    }
    row[6] = offset + factor * (start + 3);
    row[7] = offset + factor * (start + 4);
    row[8] = 1;
    return Arrays.toString(row);
  }

  private static List<String> contents(io.gradflow.worker.shard.ShardRdd shards, int width) {
    List<String> rows = new ArrayList<>();
    for (float[] part : ShardContents.of(shards)) {
      for (int at = 0; at < part.length; at += width) {
        rows.add(Arrays.toString(Arrays.copyOfRange(part, at, at + width)));
      }
    }
    return rows.stream().sorted().toList();
  }

  private static PreparedData prepare(
      Dataset<Row> table, int history, String more, String label, String holdout) {
    return PreparedData.prepare(
        SourceTable.of("given", table),
        Optional.empty(),
        Optional.empty(),
        spec(history, more, label, holdout),
        5,
        2);
  }

  private static DataSpec spec(int history, String more, String label, String holdout) {
    return SpecReader.readYaml(
        """
        train: {format: table, path: given}
        features: [{as: series, columns: [sold, price], time: day, entity: shop, history: %d, %s}]
        label: {column: sold, as: forecast, %s}
        %s
        """
            .formatted(history, more, label, holdout),
        "data.yaml",
        DataSpec.class);
  }

  private Dataset<Row> table(List<Row> rows) {
    return spark.createDataFrame(rows, TABLE);
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int d = 1; d <= 20; d++) {
      String day = "2024-01-%02d".formatted(d);
      rows.add(RowFactory.create("a", day, 100.0 * d, (double) d));
      if (d <= 9) {
        rows.add(RowFactory.create("b", day, 1000.0 + d, (double) d));
      }
    }
    return rows;
  }
}
