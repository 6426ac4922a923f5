package io.gradflow.common.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec.Link;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassMetricTest {
  /** Four rows of three classes: predicted 0, 2, 1 (first of a tie), 2; actual 0, 1, 1, 2. */
  private static final Rows FOUR =
      Rows.of(
          Rows.classes(3),
          Link.SOFTMAX,
          3,
          new float[] {3, 1, 2, 0, 1, 5, -1, 4, 4, -3, -2, -1},
          new float[] {0, 1, 1, 2},
          new float[] {1, 2, 0.5f, 0.5f});

  /** Predicted 1, 0, 0 (a logit of 0), 1; actual 1, 1, 0, 0. */
  private static final Rows BINARY =
      Rows.of(
          Rows.classes(2),
          Link.SIGMOID,
          1,
          new float[] {2, -1, 0, 0.5f},
          new float[] {1, 1, 0, 0},
          new float[] {1, 1, 1, 2});

  @Test
  void accuracy_handExamples_countWeights() {
    assertEquals(0.5, FOUR.number(new Accuracy())); // rows 0, 2, 3: 2 of 4
    assertEquals(0.4, BINARY.number(new Accuracy())); // rows 0, 2: 2 of 5
  }

  @Test
  void accuracy_multiLabel_countsLabels() {
    Field labels = new Field("tags", Shape.of(3), Field.Kind.NUMBER, List.of());
    Rows rows =
        Rows.of(
            labels,
            Link.SIGMOID,
            3,
            new float[] {1, -1, 1, -1, -1, 1},
            new float[] {1, 0, 0, 1, 1, 1},
            new float[] {1, 3});
    assertEquals((2 + 3 * 1) / 12.0, rows.number(new Accuracy()), 1e-15);
  }

  @Test
  void accuracy_probabilitiesAsTarget_comparesTheLargest() {
    Field shares = new Field("shares", Shape.of(2), Field.Kind.NUMBER, List.of());
    Rows rows =
        Rows.of(
            shares,
            Link.SOFTMAX,
            2,
            new float[] {1, 2, 2, 1},
            new float[] {0.3f, 0.7f, 0.4f, 0.6f},
            new float[] {1, 1});
    assertEquals(0.5, rows.number(new Accuracy()));
  }

  @Test
  void topK_random_agreesWithSorting() {
    Rows rows = Rows.ofClasses(7, 200, 6, 6);
    for (int k = 1; k <= 6; k++) {
      double hits = 0;
      for (int r = 0; r < rows.count(); r++) {
        int row = r;
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5));
        order.sort(Comparator.comparing(c -> -rows.output(row, c))); // stable
        hits += order.subList(0, k).contains(rows.label(r)) ? rows.weight(r) : 0;
      }
      assertEquals(hits / rows.weightSum(), rows.number(new TopK(k)), 1e-15, "k " + k);
    }
    assertEquals(rows.number(new Accuracy()), rows.number(new TopK(1)));
    assertEquals("top5Accuracy", new TopK(5).label());
  }

  @Test
  void confusionMatrix_handExample_hasActualInRows() {
    assertEquals(
        Map.of(
            "confusionMatrix",
            List.of(List.of(1.0, 0.0, 0.0), List.of(0.0, 0.5, 2.0), List.of(0.0, 0.0, 0.5))),
        FOUR.result(new ConfusionMatrix()));
  }

  @Test
  void precisionRecallF1_handExample_isByClassAndMean() {
    Map<String, Object> result = FOUR.result(new PrecisionRecallF1());
    // Class 2: true positives 0.5, predicted 2.5, actual 0.5.
    assertEquals(List.of(1.0, 1.0, 0.2), result.get("precisionPerClass"));
    assertEquals(List.of(1.0, 0.2, 1.0), result.get("recallPerClass"));
    assertEquals(List.of(1.0, 1 / 3.0, 1 / 3.0), result.get("f1PerClass"));
    assertEquals(2.2 / 3, (double) result.get("macroPrecision"), 1e-15);
    assertEquals(2.2 / 3, (double) result.get("macroRecall"), 1e-15);
    assertEquals(5 / 9.0, (double) result.get("macroF1"), 1e-15);
  }

  @Test
  void precisionRecallF1_classNeitherSeenNorPredicted_isLeftOutOfTheMean() {
    Rows rows =
        Rows.of(
            Rows.classes(3),
            Link.SOFTMAX,
            3,
            new float[] {1, 0, -9, 1, 0, -9},
            new float[] {0, 1},
            new float[] {1, 1});
    Map<String, Object> result = rows.result(new PrecisionRecallF1());
    assertEquals(List.of(0.5, 0.0, Double.NaN), result.get("precisionPerClass"));
    assertEquals(0.25, result.get("macroPrecision"));
    assertEquals(0.5, result.get("macroRecall"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void precisionRecallF1_random_agreesWithTheConfusionMatrix(long seed) {
    Rows rows = Rows.ofClasses(seed, 300, 4, 4);
    double[][] matrix = new double[4][4];
    for (int r = 0; r < rows.count(); r++) {
      int best = 0;
      for (int c = 3; c >= 0; c--) {
        best = rows.output(r, c) >= rows.output(r, best) ? c : best;
      }
      matrix[rows.label(r)][best] += rows.weight(r);
    }
    double f1 = 0;
    for (int c = 0; c < 4; c++) {
      double predicted = matrix[0][c] + matrix[1][c] + matrix[2][c] + matrix[3][c];
      double actual = matrix[c][0] + matrix[c][1] + matrix[c][2] + matrix[c][3];
      double precision = matrix[c][c] / predicted;
      double recall = matrix[c][c] / actual;
      f1 += 2 * precision * recall / (precision + recall) / 4;
    }
    assertEquals(f1, rows.number(new PrecisionRecallF1()), 1e-12, "seed " + seed);
  }

  /** Pairs of class 1 and class 0: above counts 1, equal (or of one bin) a half. */
  private static double[] countPairs(Rows rows) {
    double won = 0;
    double shared = 0;
    double all = 0;
    for (int p = 0; p < rows.count(); p++) {
      for (int n = 0; n < rows.count(); n++) {
        if (rows.label(p) == 1 && rows.label(n) == 0) {
          float a = rows.output(p, 0);
          float b = rows.output(n, 0);
          double pair = rows.weight(p) * rows.weight(n);
          won += a > b ? pair : a == b ? pair / 2 : 0;
          shared += a != b && Auc.bin(a) == Auc.bin(b) ? pair : 0;
          all += pair;
        }
      }
    }
    return new double[] {won / all, shared / all};
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void auc_quarterScores_isThatOfPairCounting(long seed) {
    Rows rows = Rows.ofClasses(seed, 300, 2, 1);
    double[] expected = countPairs(rows);
    assertEquals(0, expected[1], "scores of a quarter share bins");
    assertEquals(expected[0], rows.number(new Auc()), 1e-12, "seed " + seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void auc_gaussianScores_isWithinItsBound(long seed) {
    Rows rows = Rows.ofClasses(seed, 400, 2, 1);
    for (int r = 0; r < rows.count(); r++) {
      rows.o()[Rows.OUTPUT_OFFSET + r] =
          (float) CounterRng.gaussian(seed + 9, r) + 0.7f * rows.label(r);
    }
    double[] expected = countPairs(rows);
    assertTrue(expected[1] > 0, "some scores share a bin");
    assertEquals(expected[0], rows.number(new Auc()), expected[1] / 2 + 1e-12, "seed " + seed);
    assertEquals(expected[0], rows.number(new Auc()), 1e-3, "seed " + seed);
  }

  @Test
  void auc_twoLogits_ranksByTheirDifference() {
    Rows rows =
        Rows.of(
            Rows.classes(2),
            Link.SOFTMAX,
            2,
            new float[] {5, 6, 1, 4, 9, 9, 7, 5},
            new float[] {1, 1, 0, 0},
            new float[] {1, 1, 1, 1});
    assertEquals(1, rows.number(new Auc()));
  }

  @Test
  void auc_oneClassOnly_isUndefined() {
    Rows rows =
        Rows.of(
            Rows.classes(2), Link.SIGMOID, 1, new float[] {1}, new float[] {1}, new float[] {1});
    assertEquals(Double.NaN, rows.number(new Auc()));
  }

  @Test
  void bin_risingScores_neverFalls() {
    float[] scores = {
      Float.NEGATIVE_INFINITY,
      -1e30f,
      -65,
      -64,
      -1.02f,
      -1,
      -0.98f,
      -1e-3f,
      -1e-5f,
      -0f,
      0,
      1e-5f,
      1e-3f,
      0.98f,
      1,
      1.02f,
      63,
      64,
      1e30f,
      Float.POSITIVE_INFINITY
    };
    for (int i = 1; i < scores.length; i++) {
      assertTrue(Auc.bin(scores[i - 1]) <= Auc.bin(scores[i]), "from " + scores[i - 1]);
    }
    assertTrue(Auc.bin(-1) < Auc.bin(-0.98f) && Auc.bin(1) < Auc.bin(1.02f));
    assertEquals(Auc.bin(-0f), Auc.bin(0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void logLoss_random_isMinusTheLogOfTheProbability(int width) {
    Rows rows = Rows.ofClasses(11, 100, width == 1 ? 2 : width, width);
    double sum = 0;
    for (int r = 0; r < rows.count(); r++) {
      double partition = width == 1 ? 1 : 0;
      for (int c = 0; c < width; c++) {
        partition += Math.exp(rows.output(r, c));
      }
      double logit = width > 1 ? rows.output(r, rows.label(r)) : rows.label(r) * rows.output(r, 0);
      sum += rows.weight(r) * (Math.log(partition) - logit);
    }
    assertEquals(sum / rows.weightSum(), rows.number(new LogLoss()), 1e-6);
  }

  @Test
  void bind_outputThatDoesNotFit_saysWhatIsExpected() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Accuracy().bind(Shape.of(4), Rows.classes(3), Link.SOFTMAX));
    assertEquals(
        "accuracy: output [4] does not match the 3 classes of target label; expected one logit a"
            + " class",
        e.getMessage());
    Field number = new Field("y", Shape.of(), Field.Kind.NUMBER, List.of());
    assertThrows(
        IllegalArgumentException.class,
        () -> new ConfusionMatrix().bind(Shape.of(1), number, Link.IDENTITY));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Auc().bind(Shape.of(3), Rows.classes(3), Link.SOFTMAX));
    assertThrows(
        IllegalArgumentException.class,
        () -> new TopK(4).bind(Shape.of(3), Rows.classes(3), Link.SOFTMAX));
    assertThrows(IllegalArgumentException.class, () -> new TopK(0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ConfusionMatrix().bind(Shape.of(1001), Rows.classes(1001), Link.SOFTMAX));
  }
}
