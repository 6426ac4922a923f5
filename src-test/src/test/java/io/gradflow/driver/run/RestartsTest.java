package io.gradflow.driver.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.driver.data.PreparedData;
import io.gradflow.driver.data.SourceTable;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.train.EpochReport;
import io.gradflow.driver.train.StateKeeper;
import io.gradflow.driver.train.TrainResult;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.driver.train.TrainingNotice;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** The best of several starts, held or trained once more, is the same run. */
class RestartsTest {
  private static final SparkSession SPARK = SparkSessions.local2();
  private static final String JOB =
      """
      name: waves
      data:
        train: {format: table, path: not-read}
        features: [{columns: [x]}]
        label: {column: z, as: number}
      model: {layers: [{dense: {units: 4, activation: tanh}}, {dense: 1}]}
      loss: squaredError
      optimizer: {adam: {learningRate: 0.05}}
      train: {epochs: 3, batchSize: 50, restarts: 3}
      """;

  private static final class Notes implements TrainingListener {
    private final List<String> notices = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();

    @Override
    public void onNotice(TrainingNotice notice) {
      notices.add(notice.text());
    }

    @Override
    public void onEpoch(EpochReport report) {
      losses.add(report.train().meanLoss());
    }
  }

  @Test
  void run_reportsHeldOrTooMany_sameWeightsAndReports() throws IOException {
    Dataset<Row> rows =
        SPARK.range(0, 300, 1, 2).selectExpr("id / 150.0 - 1 as x").selectExpr("x", "x * x as z");
    Job job = JobFile.read(JOB, "waves.yaml", List.of());
    try (PreparedData data =
        PreparedData.prepare(
            SourceTable.of("rows", rows),
            Optional.empty(),
            Optional.empty(),
            job.data(),
            job.seed(),
            job.train().microShardCount())) {
      Notes held = new Notes();
      Notes again = new Notes();
      String adopted = weights(job, data, 1000, held);
      assertEquals(adopted, weights(job, data, 5, again));
      assertEquals(3, held.losses.size());
      assertEquals(held.losses, again.losses);
      assertEquals(held.notices.subList(0, 3), again.notices.subList(0, 3));
      assertEquals(
          held.notices.get(3) + ", and is trained once more: its reports are too many to" + " hold",
          again.notices.get(3));
    }
  }

  private static String weights(Job job, PreparedData data, int heldReports, Notes notes)
      throws IOException {
    Training training = training(job, data);
    var how =
        new Restarts(job.train(), false, heldReports)
            .run(training, () -> training(job, data), List.of(notes), () -> false);
    TrainResult result = training.train(how, List.of(notes), StateKeeper.NONE, () -> false);
    return result.weightsSha256();
  }

  private static Training training(Job job, PreparedData data) {
    return new Training(SPARK, job, data, JobFacts.of(job, data.fingerprint()));
  }
}
