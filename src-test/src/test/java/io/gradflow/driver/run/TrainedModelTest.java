package io.gradflow.driver.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Predictor;
import io.gradflow.testkit.SparkSessions;
import io.gradflow.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainedModelTest {
  private static final SparkSession SPARK = SparkSessions.local2();

  @TempDir Path directory;

  @Test
  void transform_classifier_sameBitsAsPredictorAndAllColumnsKept() throws IOException {
    new TrainedModel(TinyModels.classifier()).save(SPARK, directory.toString());
    TrainedModel model = TrainedModel.load(SPARK, directory.toString());
    Predictor predictor = Predictor.load(directory);
    Dataset<Row> rows =
        SPARK.range(0, 1000, 1, 3).selectExpr("id", "id / 7.0 as a", "cast(id % 11 as float) as b");
    List<Row> predicted = model.transform(rows).collectAsList();

    assertEquals(1000, predicted.size());
    assertEquals(
        List.of("id", "a", "b", "prediction", "probability_yes", "probability_no"),
        Arrays.asList(predicted.get(0).schema().fieldNames()));
    for (int i = 0; i < predicted.size(); i++) {
      Row row = predicted.get(i);
      assertEquals(i, row.getLong(0), "order is kept");
      Map<String, Object> values = new HashMap<>();
      values.put("a", row.get(1));
      values.put("b", row.get(2));
      float[] probabilities = predictor.predict(values);
      assertEquals(
          Float.floatToIntBits(probabilities[0]),
          Float.floatToIntBits(row.getFloat(4)),
          "row " + i);
      assertEquals(
          Float.floatToIntBits(probabilities[1]),
          Float.floatToIntBits(row.getFloat(5)),
          "row " + i);
      assertEquals(predictor.predictClass(values), row.getString(3));
    }
  }

  @Test
  void transform_severalNumbers_columnsNamedAfterTheirTargets() {
    Row row =
        new TrainedModel(TinyModels.regression())
            .transform(SPARK.sql("select '3' as a, 0.5d as b"))
            .first();
    assertEquals(
        List.of("a", "b", "prediction_u", "prediction_v"),
        Arrays.asList(row.schema().fieldNames()));
    assertEquals(1.75f, row.getFloat(2));
    assertEquals(0.75f, row.getFloat(3));
  }

  @Test
  void transform_badRow_endsTheJobNamingColumnAndValue() {
    Dataset<Row> rows = SPARK.sql("select * from values (1d, 2d), (1d, null) as t(a, b)");
    Dataset<Row> predicted = new TrainedModel(TinyModels.classifier()).transform(rows);
    Exception failure = assertThrows(SparkException.class, predicted::collectAsList);
    GradflowException cause = (GradflowException) failure.getCause();
    assertEquals(ExitCode.BAD_DATA, cause.code());
    assertTrue(cause.getMessage().contains("column b: missing"), cause.getMessage());
  }

  @Test
  void transform_marking_badRowsKeepTheirPlaceWithAReason() {
    Dataset<Row> rows =
        SPARK.sql(
            "select * from values ('3', 0.5d, null), ('x', 1d, null), (null, null, 'a;b'),"
                + " ('3', 0.5d, null) as t(a, b, broken)");
    List<Row> marked =
        new TrainedModel(TinyModels.classifier())
            .transform(rows, Optional.of("broken"), true, Optional.empty())
            .collectAsList();

    assertEquals("yes", marked.get(0).getAs("prediction"));
    assertEquals("yes", marked.get(3).getAs("prediction"));
    assertTrue(marked.get(1).isNullAt(marked.get(1).fieldIndex("prediction")));
    assertEquals("column a: \"x\" is not a number", marked.get(1).getAs(TrainedModel.PROBLEM));
    assertEquals("malformed record: \"a;b\"", marked.get(2).getAs(TrainedModel.PROBLEM));
    assertTrue(Arrays.stream(marked.get(0).schema().fieldNames()).noneMatch("broken"::equals));
  }

  @Test
  void transform_columnMissingOrThereAlready_refusedAtOnce() {
    TrainedModel model = new TrainedModel(TinyModels.classifier());
    GradflowException missing =
        assertThrows(
            GradflowException.class, () -> model.transform(SPARK.sql("select 1 as a, 2 as c")));
    assertTrue(missing.getMessage().contains("needs: [b]; they have [a, c]"));
    GradflowException there =
        assertThrows(
            GradflowException.class,
            () -> model.transform(SPARK.sql("select 1 as a, 2 as b, 3 as Prediction")));
    assertTrue(there.getMessage().contains("have a column prediction already"));
  }
}
