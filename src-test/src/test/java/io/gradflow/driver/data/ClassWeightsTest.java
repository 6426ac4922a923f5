package io.gradflow.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.GradflowException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.testkit.ShardContents;
import io.gradflow.testkit.SparkSessions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class ClassWeightsTest {
  /** 30 rows of a, 10 of b, none of c: 40 / (2 * 30) and 40 / (2 * 10), times the row's own. */
  @Test
  void balanced_trainingRowsByHand_othersAsTheyAre() {
    try (PreparedData data =
        prepare("weights: balanced", "validation: {column: part, values: v}")) {
      assertEquals(Map.of(0f, 2 * 40f / 60, 1f, 2 * 2f), weights(data.train()));
      assertEquals(Map.of(0f, 2f, 1f, 2f), weights(data.validation().orElseThrow()));
      assertTrue(data.preprocessing().weight().isPresent());
    }
  }

  @Test
  void given_classes_theirWeightsAndOneForTheOthers() {
    try (PreparedData data = prepare("weights: {given: {weights: {b: 0.25}}}", "")) {
      assertEquals(Map.of(0f, 2f, 1f, 0.5f), weights(data.train()));
    }
  }

  @Test
  void given_noSuchClass_namesTheClasses() {
    GradflowException e =
        assertThrows(
            GradflowException.class,
            () -> prepare("weights: {given: {weights: {d: 2}}}", "").close());
    assertTrue(e.getMessage().contains("no class d; the classes are [a, b, c]"), e.getMessage());
  }

  @Test
  void balanced_rowsInOtherPartitions_sameBits() {
    DataSpec spec = spec("weights: balanced", "");
    float[][] expected = ShardContents.of(prepare(table().coalesce(1), spec).train());
    float[][] found = ShardContents.of(prepare(table().repartition(9), spec).train());
    assertArrayEquals(expected, found);
  }

  private static Dataset<Row> table() {
    return SparkSessions.local2()
        .range(0, 60, 1, 3)
        .selectExpr(
            "id as x",
            "if(id % 4 = 0, 'b', 'a') as y",
            "2.0 as w",
            "if(id < 40, 't', 'v') as part");
  }

  private static PreparedData prepare(String weights, String holdout) {
    return prepare(table(), spec(weights, holdout));
  }

  private static PreparedData prepare(Dataset<Row> table, DataSpec spec) {
    return PreparedData.prepare(
        SourceTable.of("given", table), Optional.empty(), Optional.empty(), spec, 3, 2);
  }

  private static DataSpec spec(String weights, String holdout) {
    return SpecReader.readYaml(
        """
        train: {format: table, path: given}
        features: [{columns: x}]
        label: {column: y, as: class, classes: [a, b, c], %s}
        weight: {column: w}
        %s
        """
            .formatted(weights, holdout),
        "data.yaml",
        DataSpec.class);
  }

  /** Rows are x, class, weight; every class has one weight. */
  private static Map<Float, Float> weights(io.gradflow.worker.shard.ShardRdd shards) {
    Map<Float, Float> weights = new TreeMap<>();
    for (float[] part : ShardContents.of(shards)) {
      for (int at = 0; at < part.length; at += 3) {
        Float known = weights.putIfAbsent(part[at + 1], part[at + 2]);
        assertTrue(known == null || known == part[at + 2]);
      }
    }
    return weights;
  }
}
