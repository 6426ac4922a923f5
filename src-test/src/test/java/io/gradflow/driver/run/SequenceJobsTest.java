package io.gradflow.driver.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.model.Predictor;
import io.gradflow.driver.job.JobFile;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Networks of sequences from the job file through Spark. */
class SequenceJobsTest {
  private static final SparkSession SPARK = SparkSessions.local2();

  /** Texts of a, b and c: spread over steps, each letter said once or twice. */
  private static Dataset<Row> spoken() {
    return SPARK
        .range(0, 240, 1, 3)
        .selectExpr("pmod(hash(id), 27) as k", "pmod(hash(id, 1), 4) as gap")
        .selectExpr(
            "concat(substr('abc', 1 + k % 3, 1), substr('abc', 1 + floor(k / 3) % 3, 1)) as said",
            "gap")
        .selectExpr(
            "said",
            "concat(repeat('-', 1 + gap % 2), substr(said, 1, 1), substr(said, 1, 1), '-',"
                + " substr(said, 2, 1), repeat('-', cast(gap / 2 as int))) as sound");
  }

  @Test
  void fit_ctcOnUnalignedLabels_learnsToReadThem() throws IOException {
    String job =
        """
        name: spoken
        seed: 5
        data:
          train: {format: table, path: not-read}
          features: [{columns: sound, as: text, level: character, maxLength: 8}]
          label: {column: said, as: sequence, labels: [a, b, c], length: 2}
        model:
          layers:
            - embedding: {vocabulary: 8, width: 12, maskZero: true}
            - conv1d: {filters: 16, kernel: 3, padding: same, activation: tanh}
            - dense: classes
        loss: ctc
        optimizer: {adam: {learningRate: 0.02}}
        train: {epochs: 12, batchSize: 40, microShards: 2}
        """;
    TrainedModel model =
        new TrainingRun(SPARK, JobFile.read(job, "spoken.yaml", List.of())).fit(spoken());
    double errors = (Double) model.evaluate(spoken()).metrics().get("labelErrorRate");
    assertTrue(errors < 0.05, "label error rate " + errors);
    Row row = model.transform(spoken()).filter("said = 'ab'").first();
    assertEquals(List.of("a", "b"), row.getList(row.fieldIndex("prediction")));
    Predictor predictor = model.predictor();
    assertEquals(List.of("a", "b"), predictor.predictSequence(Map.of("sound", row.getAs("sound"))));
  }

  @Test
  void fit_classPerMaskedStep_predictsAnArrayWithoutPadding() throws IOException {
    String job =
        """
        name: next
        data:
          train: {format: table, path: not-read}
          features: [{columns: text, as: text, level: character, maxLength: 6}]
          label: {column: text, as: nextToken}
        model:
          layers:
            - embedding: {vocabulary: classes, width: 12, maskZero: true}
            - gru: {units: 24, returnSequences: true, tbptt: 3}
            - dense: {units: classes}
        loss: maskedSoftmaxCrossEntropy
        optimizer: {adam: {learningRate: 0.03}}
        train:
          epochs: 10
          batchSize: 16
          metrics: [accuracy, sequenceAccuracy, perplexity, bitsPerToken]
        """;
    Dataset<Row> rows =
        SPARK
            .range(0, 128, 1, 2)
            .selectExpr("substr('abcdefgh', 1, cast(3 + id % 3 as int)) as text");
    TrainedModel model =
        new TrainingRun(SPARK, JobFile.read(job, "next.yaml", List.of())).fit(rows);
    Map<String, Object> metrics = model.evaluate(rows).metrics();
    assertTrue((Double) metrics.get("accuracy") > 0.95, metrics.toString());
    assertTrue((Double) metrics.get("sequenceAccuracy") > 0.9, metrics.toString());
    assertTrue((Double) metrics.get("perplexity") < 1.3, metrics.toString());
    Row row = model.transform(rows).filter("text = 'abc'").first();
    List<String> said = new ArrayList<>(row.getList(row.fieldIndex("prediction")));
    assertEquals(6, said.size());
    assertEquals(List.of("b", "c"), said.subList(0, 2));
    assertNull(said.get(3), "padding is not predicted");
    List<Float> probabilities = row.getList(row.fieldIndex("probability"));
    assertTrue(probabilities.get(0) > 0.5, probabilities.toString());
    assertNull(probabilities.get(5));
  }

  @Test
  void fit_encoderAndDecoderWithTeacherForcing_learnsToTurnTextsRound() throws IOException {
    String job =
        """
        name: reversed
        seed: 2
        data:
          train: {format: table, path: not-read}
          features:
            - {columns: source, as: text, level: character, maxLength: 4, input: source}
            - {columns: answer, as: text, level: character, maxLength: 5, input: answer}
          label: {column: answer, as: nextToken}
        model:
          nodes:
            - {name: sourceVectors, inputs: source, embedding: {vocabulary: 8, width: 24, maskZero: true}}
            - {name: sourcePlaces, inputs: sourceVectors, learnedPositions: {}}
            - {name: encoder, inputs: sourcePlaces, transformerBlock: {heads: 2, feedForward: 48}}
            - {name: answerVectors, inputs: answer, embedding: {vocabulary: 8, width: 24, maskZero: true}}
            - {name: answerPlaces, inputs: answerVectors, learnedPositions: {}}
            - {name: decoder, inputs: [answerPlaces, encoder], transformerBlock: {heads: 2, feedForward: 48, causal: true}}
            - {name: logits, inputs: decoder, dense: classes}
        loss: maskedSoftmaxCrossEntropy
        optimizer: {adam: {learningRate: 0.01}}
        train: {epochs: 30, batchSize: 27, metrics: [sequenceAccuracy]}
        """;
    Dataset<Row> rows =
        SPARK
            .range(0, 81, 1, 3)
            .selectExpr(
                "concat(substr('abc', 1 + id % 3, 1), substr('abc', 1 + floor(id / 3) % 3, 1),"
                    + " substr('abc', 1 + floor(id / 9) % 3, 1),"
                    + " substr('abc', 1 + floor(id / 27) % 3, 1)) as source")
            .selectExpr("source", "concat('>', reverse(source)) as answer");
    TrainedModel model =
        new TrainingRun(SPARK, JobFile.read(job, "reversed.yaml", List.of())).fit(rows);
    double right = (Double) model.evaluate(rows).metrics().get("sequenceAccuracy");
    assertTrue(right > 0.9, "sequence accuracy " + right);
  }

  /** The job of the page on sequences, smaller: rows of 32 windows that overlap by one. */
  @Test
  void fit_streamsInLongRows_trainsTheJobOfTheDocs() throws IOException {
    String page = Files.readString(Path.of("../deploy/docs/sequences.md"));
    String job = page.substring(page.indexOf("name: long-streams"));
    List<String> smaller = List.of("train.epochs=1", "train.batchSize=4");
    String text = job.substring(0, job.indexOf("```")).replace("units: 256", "units: 8");
    Dataset<Row> rows =
        SPARK.range(0, 3, 1, 1).selectExpr("repeat(substr('abcdefgh', 1 + id), 900) as text");
    TrainedModel model =
        new TrainingRun(SPARK, JobFile.read(text, "sequences.md", smaller)).fit(rows);
    assertEquals(List.of(2048), model.spec().network().inputs().get(0).shape().dims());
    double bits = (Double) model.evaluate(rows).metrics().get("bitsPerToken");
    assertTrue(bits < 4, "bits per token " + bits);
  }
}
