package io.gradflow.driver.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.gradflow.driver.job.JobFile;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Random changes of training rows, whoever computes the steps. */
class AugmentedJobsTest {
  private static final SparkSession SPARK = SparkSessions.local2();

  private static final String JOB =
      """
      name: augmented
      seed: 3
      data:
        train: {format: table, path: not-read}
        features: [{columns: pixels, as: vector, shape: [4, 4, 1]}]
        label: {column: kind, as: class}
        augment:
          - flip
          - shift: {pixels: 1}
          - cutout: {size: 2}
          - noise: {deviation: 0.1}
          - mixup
      model: {layers: [flatten, {dense: {units: 6, activation: relu}}, {dropout: 0.2}, {dense: classes}]}
      loss: softmaxCrossEntropy
      optimizer: {adam: {learningRate: 0.01}}
      train: {epochs: 3, batchSize: 24, microShards: 4}
      """;

  @Test
  void fit_jobResidentOrInProcess_sameBits() throws IOException {
    String reference = weights(List.of("train.stepRunner=inProcess"));
    for (String runner : List.of("job", "resident")) {
      for (int tasks : new int[] {1, 2}) {
        assertEquals(
            reference,
            weights(List.of("train.stepRunner=" + runner, "train.tasks=" + tasks)),
            runner + " with " + tasks + " tasks");
      }
    }
    assertNotEquals(reference, weights(List.of("train.stepRunner=inProcess", "data.augment=[]")));
  }

  private static String weights(List<String> overrides) throws IOException {
    Dataset<Row> rows =
        SPARK
            .range(0, 90, 1, 3)
            .selectExpr(
                "transform(sequence(0, 15), i -> cast(pmod(hash(id, i), 100) / 100.0 as float)) as"
                    + " pixels",
                "cast(id % 3 as string) as kind");
    return new TrainingRun(SPARK, JobFile.read(JOB, "augmented.yaml", overrides))
        .fit(rows, List.of())
        .summary()
        .result()
        .weightsSha256();
  }
}
