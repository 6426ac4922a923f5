package io.gradflow.driver.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.metric.Accuracy;
import io.gradflow.common.model.Predictor;
import io.gradflow.driver.data.OnBadRow;
import io.gradflow.driver.data.SourceTable;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.job.NetworkSize;
import io.gradflow.driver.train.Evaluation;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job with several targets and outputs, from the job file to predictions. */
class SeveralOutputsRunTest {
  private static final SparkSession SPARK = SparkSessions.local2();
  private static final String JOB =
      """
      name: quarters
      seed: 3
      data:
        train: {format: table, path: not-read}
        validation: {split: 0.2}
        features: [{columns: [x, y]}]
        targets:
          quarter: {column: quarter, as: class}
          sums: {column: [sum, difference], as: number}
      model:
        nodes:
          - {name: trunk, inputs: features, dense: {units: 24, activation: tanh}}
          - {name: early, inputs: trunk, dense: {units: classes}}
          - {name: deep, inputs: trunk, dense: {units: 16, activation: tanh}}
          - {name: quarter, inputs: deep, dense: {units: classes}}
          - {name: sums, inputs: trunk, dense: 2}
      outputs:
        quarter: {loss: softmaxCrossEntropy, metrics: [accuracy, logLoss]}
        early: {target: quarter, loss: softmaxCrossEntropy, weight: 0.3, metrics: accuracy}
        sums: {loss: squaredError, weight: 0.5}
      optimizer: {adam: {learningRate: 0.02}}
      train:
        epochs: 12
        batchSize: 40
        microShards: 4
        earlyStopping: {metric: validation.quarter.accuracy, patience: 12}
      """;

  @TempDir Path directory;

  /** Points of [-1, 1]^2, the quarter that each lies in, and two sums. */
  private static Dataset<Row> rows() {
    return SPARK
        .range(0, 400, 1, 3)
        .selectExpr("(id % 20) / 9.5 - 1 as x", "floor(id / 20) / 9.5 - 1 as y")
        .selectExpr(
            "x",
            "y",
            "concat(if(y > 0, 'north', 'south'), if(x > 0, 'East', 'West')) as quarter",
            "x + y as sum",
            "x - y as difference");
  }

  @Test
  void fit_twoTargetsAndThreeOutputs_learnsEveryOneAndServesThem() throws IOException {
    Job job = job(JOB);
    assertTrue(NetworkSize.of(job).isPresent());
    TrainedModel trained = new TrainingRun(SPARK, job).fit(rows());
    trained.save(SPARK, directory.toString());
    TrainedModel model = TrainedModel.load(SPARK, directory.toString());

    Evaluation evaluation = model.evaluate(rows());
    assertEquals(
        List.of(
            "quarter.loss",
            "quarter.accuracy",
            "quarter.logLoss",
            "early.loss",
            "early.accuracy",
            "sums.loss",
            "sums.mse",
            "sums.mae"),
        List.copyOf(evaluation.metrics().keySet()));
    assertTrue(number(evaluation, "quarter.accuracy") > 0.95, evaluation.toString());
    assertTrue(number(evaluation, "early.accuracy") > 0.95, evaluation.toString());
    assertTrue(number(evaluation, "sums.mse") < 0.1, evaluation.toString());
    assertEquals(number(evaluation, "quarter.loss"), number(evaluation, "quarter.logLoss"), 1e-6);
    assertEquals(
        evaluation.meanLoss(),
        number(evaluation, "quarter.loss")
            + 0.3 * number(evaluation, "early.loss")
            + 0.5 * number(evaluation, "sums.loss"),
        1e-6);
    predictsAs(model, Predictor.load(directory));
  }

  private static void predictsAs(TrainedModel model, Predictor predictor) {
    List<Row> predicted = model.transform(rows()).limit(50).collectAsList();
    assertEquals(
        List.of(
            "x",
            "y",
            "quarter",
            "sum",
            "difference",
            "quarter_prediction",
            "quarter_probability_northEast",
            "quarter_probability_northWest",
            "quarter_probability_southEast",
            "quarter_probability_southWest",
            "early_prediction",
            "early_probability_northEast",
            "early_probability_northWest",
            "early_probability_southEast",
            "early_probability_southWest",
            "sums_prediction_sum",
            "sums_prediction_difference"),
        Arrays.asList(predicted.get(0).schema().fieldNames()));
    for (Row row : predicted) {
      Map<String, Object> values = Map.of("x", row.get(0), "y", row.get(1));
      Map<String, float[]> all = predictor.predictAll(values);
      assertEquals(Set.of("quarter", "early", "sums"), all.keySet());
      assertEquals(all.get("quarter")[1], row.getFloat(7), 0);
      assertEquals(all.get("early")[3], row.getFloat(14), 0);
      assertEquals(all.get("sums")[1], row.getFloat(16), 0);
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> predictor.predict(values));
      assertTrue(e.getMessage().contains("[quarter, early, sums]"), e.getMessage());
    }
  }

  @Test
  void fit_everyWayOfAStep_givesTheSameBits() throws IOException {
    String sha256 = weights(JOB, "inProcess", 1);
    assertEquals(sha256, weights(JOB, "job", 3));
    assertEquals(sha256, weights(JOB, "resident", 2));
  }

  @Test
  void fit_penaltyOnActivities_shrinksThem() throws IOException {
    String text =
        """
        name: penalty
        data:
          train: {format: table, path: not-read}
          features: [{columns: [x, y]}]
          label: {column: sum, as: number}
        model:
          layers:
            - dense: {units: 8, activation: tanh}
            - activityRegularization: {l2: PENALTY}
            - dense: 1
        loss: squaredError
        optimizer: {adam: {learningRate: 0.02}}
        train: {epochs: 20, batchSize: 40}
        """;
    double free = meanLoss(text.replace("PENALTY", "1e-9"));
    double bound = meanLoss(text.replace("PENALTY", "1"));
    assertTrue(bound > 10 * free, free + " and " + bound);
  }

  private static double meanLoss(String text) throws IOException {
    return new TrainingRun(SPARK, job(text)).fit(rows()).evaluate(rows()).meanLoss();
  }

  @Test
  void evaluate_otherMetrics_measureTheOutputsThatTheyFitOrAreFor() throws IOException {
    TrainedModel model =
        new TrainingRun(SPARK, job(JOB.replace("epochs: 12", "epochs: 1"))).fit(rows());
    Evaluation trained = model.evaluate(rows());
    Evaluation asked = evaluate(model, "accuracy", "quarter.topK: 2", "rmse");
    assertEquals(
        List.of(
            "quarter.loss",
            "quarter.accuracy",
            "quarter.top2Accuracy",
            "early.loss",
            "early.accuracy",
            "sums.loss",
            "sums.rmse"),
        List.copyOf(asked.metrics().keySet()));
    for (String same : List.of("quarter.loss", "quarter.accuracy", "early.accuracy", "sums.loss")) {
      assertEquals(number(trained, same), number(asked, same), same);
    }
    assertEquals(Math.sqrt(number(trained, "sums.mse")), number(asked, "sums.rmse"), 1e-12);
  }

  @Test
  void evaluate_metricsThatFitNoOutput_areUsageErrorsThatSayWhy() throws IOException {
    TrainedModel model =
        new TrainingRun(SPARK, job(JOB.replace("epochs: 12", "epochs: 1"))).fit(rows());
    GradflowException other =
        assertThrows(GradflowException.class, () -> evaluate(model, "sums.accuracy"));
    assertEquals(ExitCode.USAGE, other.code());
    assertTrue(
        other.getMessage().startsWith("metric accuracy does not fit output sums: "),
        other.getMessage());
    GradflowException none =
        assertThrows(GradflowException.class, () -> evaluate(model, "labelErrorRate"));
    assertTrue(none.getMessage().contains("; early: "), none.getMessage());
    OutputMetric unknown = new OutputMetric(Optional.of("half"), new Accuracy());
    assertEquals(
        "metric accuracy of output half, which the model does not have; its outputs are [quarter,"
            + " early, sums]",
        assertThrows(
                GradflowException.class,
                () ->
                    model.evaluate(
                        SourceTable.of("rows", rows()), new OnBadRow.Fail(), List.of(unknown)))
            .getMessage());
  }

  private static Evaluation evaluate(TrainedModel model, String... metrics) {
    List<OutputMetric> wanted =
        Arrays.stream(metrics)
            .map(text -> OutputMetric.read(text, "--metric", model.spec()))
            .toList();
    return model.evaluate(SourceTable.of("rows", rows()), new OnBadRow.Fail(), wanted).evaluation();
  }

  private static String weights(String job, String runner, int tasks) throws IOException {
    String text =
        job.replace("epochs: 12", "epochs: 2\n  stepRunner: " + runner + "\n  tasks: " + tasks);
    return new TrainingRun(SPARK, job(text)).fit(rows()).spec().weightsSha256();
  }

  private static double number(Evaluation evaluation, String name) {
    return (Double) evaluation.metrics().get(name);
  }

  private static Job job(String text) {
    return JobFile.read(text, "quarters.yaml", List.of());
  }
}
