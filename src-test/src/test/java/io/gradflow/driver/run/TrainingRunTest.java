package io.gradflow.driver.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.train.Evaluation;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** The same thing without the shell. */
class TrainingRunTest {
  private static final SparkSession SPARK = SparkSessions.local2();
  private static final String JOB =
      """
      name: plane
      data:
        train: {format: table, path: not-read}
        features: [{columns: [x, y]}]
        label: {column: z, as: number}
      model: {layers: [{dense: 1}]}
      loss: squaredError
      optimizer: {sgd: {learningRate: 0.1}}
      train: {epochs: 20, batchSize: 50}
      """;

  @Test
  void fit_rowsOfTheProgram_learnsThePlaneTheyLieOn() throws IOException {
    // z = 2 x - y + 0.5 on a grid of [-1, 1]^2
    Dataset<Row> rows =
        SPARK
            .range(0, 400, 1, 3)
            .selectExpr("(id % 20) / 9.5 - 1 as x", "floor(id / 20) / 9.5 - 1 as y")
            .selectExpr("x", "y", "2 * x - y + 0.5 as z");
    Job job = JobFile.read(JOB, "plane.yaml", List.of());
    TrainedModel model = new TrainingRun(SPARK, job).fit(rows);

    assertArrayEquals(
        new float[] {2 - 1 + 0.5f}, model.predictor().predict(new float[] {1, 1}), 0.01f);
    Evaluation evaluation = model.evaluate(rows);
    assertEquals(400, evaluation.rows());
    assertTrue(evaluation.meanLoss() < 1e-4, evaluation.toString());
    double worst =
        model.transform(rows).selectExpr("max(abs(prediction - z))").first().getDouble(0);
    assertTrue(worst < 0.02, "worst error " + worst);
  }
}
