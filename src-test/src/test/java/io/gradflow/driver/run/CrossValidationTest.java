package io.gradflow.driver.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.report.FoldsReport;
import io.gradflow.driver.train.Evaluation;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class CrossValidationTest {
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
      train: {epochs: 8, batchSize: 50, folds: {count: 3, group: x}, earlyStopping: {patience: 1, minDelta: 0.01}}
      """;

  @Test
  void fit_folds_everyRowValidatedOnceAndTheLastTrainingSeesAll() throws IOException {
    Dataset<Row> rows =
        SPARK
            .range(0, 400, 1, 3)
            .selectExpr("(id % 20) / 9.5 - 1 as x", "floor(id / 20) / 9.5 - 1 as y")
            .selectExpr("x", "y", "2 * x - y + 0.5 as z");
    Job job = JobFile.read(JOB, "plane.yaml", List.of());
    TrainingRun.Outcome outcome = new TrainingRun(SPARK, job).fit(rows, List.of());
    FoldsReport report = outcome.summary().folds().orElseThrow();
    assertEquals(3, report.folds().size());
    assertEquals(400, report.folds().stream().mapToLong(f -> f.validation().rows()).sum());
    // 20 values of x, each with 20 rows, in one fold as a whole.
    report.folds().forEach(fold -> assertEquals(0, fold.validation().rows() % 20));
    assertEquals(400, outcome.summary().rows().get("train"));
    assertEquals(report.epochs(), outcome.summary().result().epochs());
    assertTrue(report.epochs() < 8, "early stopping stopped no fold");
    assertTrue(report.spreads().get("loss").mean() < 0.2, report.toString());
    assertTrue(outcome.summary().text("out").contains("3 folds"));
    assertTrue(outcome.summary().toMap().containsKey("folds"));
  }

  /** Mean 3 and deviation sqrt((4 + 1 + 1) / 2) by hand. */
  @Test
  void report_threeFolds_meanAndSampleDeviation() {
    FoldsReport report =
        new FoldsReport(List.of(fold(1, 1, 0.5), fold(3, 4, 0.5), fold(4, 4, 0.5)));
    assertEquals(new FoldsReport.Spread(3, Math.sqrt(3)), report.spreads().get("loss"));
    assertEquals(new FoldsReport.Spread(0.5, 0), report.spreads().get("accuracy"));
    assertEquals(3, report.epochs());
    assertEquals("loss 3.0000 +- 1.7321 accuracy 0.5000 +- 0.0000", report.text());
  }

  @Test
  void job_foldsBesideValidationRows_isRefused() {
    GradflowException e =
        assertThrows(
            GradflowException.class,
            () -> JobFile.read(JOB, "plane.yaml", List.of("data.validation={split: 0.1}")));
    assertTrue(e.getMessage().contains("leave data.validation out"), e.getMessage());
  }

  private static FoldsReport.Fold fold(int bestEpoch, double loss, double accuracy) {
    return new FoldsReport.Fold(
        bestEpoch,
        new Evaluation(10, 10, loss, Map.of("accuracy", accuracy, "confusion", List.of())));
  }
}
