package io.gradflow.common.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec.Link;
import io.gradflow.common.loss.OutputSteps;
import io.gradflow.common.loss.SoftmaxCrossEntropy;
import io.gradflow.common.loss.SquaredError;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Coefficients of agreement, areas, and what is derived from other metrics. */
class AgreementMetricTest {
  /** Rows of classes 0, 0, 1, 1, 2 predicted as 0, 1, 1, 1, 0, weights 1, 2, 1, 1, 3. */
  private static final Rows CLASSES =
      Rows.of(
          Rows.classes(3),
          Link.SOFTMAX,
          3,
          new float[] {1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0},
          new float[] {0, 0, 1, 1, 2},
          new float[] {1, 2, 1, 1, 3});

  @Test
  void cohenKappa_handExample_isAgreementBeyondChance() {
    // Predicted 4, 4, 0; actual 3, 2, 3; of 8, hits 3.
    double observed = 3 / 8.0;
    double expected = (4 * 3 + 4 * 2) / 64.0;
    assertEquals((observed - expected) / (1 - expected), CLASSES.number(new CohenKappa()), 1e-15);
  }

  @Test
  void mcc_handExample_isTheirCorrelation() {
    double mcc = (8 * 3 - 20) / Math.sqrt((64 - 32.0) * (64 - 22));
    assertEquals(mcc, CLASSES.number(new MatthewsCorrelation()), 1e-15);
  }

  @Test
  void mcc_twoClasses_isPearsonsOfZerosAndOnes() {
    Rows rows = Rows.ofClasses(8, 200, 2, 1);
    double n = rows.weightSum();
    double x = 0;
    double y = 0;
    double xy = 0;
    for (int r = 0; r < rows.count(); r++) {
      double predicted = rows.output(r, 0) > 0 ? 1 : 0;
      x += rows.weight(r) * predicted / n;
      y += rows.weight(r) * rows.label(r) / n;
      xy += rows.weight(r) * predicted * rows.label(r) / n;
    }
    double pearson = (xy - x * y) / Math.sqrt((x - x * x) * (y - y * y));
    assertEquals(pearson, rows.number(new MatthewsCorrelation()), 1e-12);
  }

  @Test
  void mcc_oneClassPredicted_isZero() {
    Rows rows =
        Rows.of(
            Rows.classes(2),
            Link.SIGMOID,
            1,
            new float[] {1, 1},
            new float[] {0, 1},
            new float[] {1, 1});
    assertEquals(0, rows.number(new MatthewsCorrelation()));
  }

  @Test
  void prAuc_handExample_isAveragePrecision() {
    // From the highest score down: 1, 0, 1, 1, 0: precisions 1, 2/3, 3/4 at the rows of class 1.
    Rows rows =
        Rows.of(
            Rows.classes(2),
            Link.SIGMOID,
            1,
            new float[] {3, 2, 1, -1, -2},
            new float[] {1, 0, 1, 1, 0},
            new float[] {1, 1, 1, 1, 1});
    assertEquals((1 + 2 / 3.0 + 3 / 4.0) / 3, rows.number(new AveragePrecision()), 1e-15);
  }

  @Test
  void derived_numbers_areThoseOfTheirSums() {
    Rows classes = Rows.ofClasses(6, 64, 5, 5);
    double nats = classes.number(new LogLoss());
    assertEquals(Math.exp(nats), classes.number(new Perplexity()), 1e-12);
    assertEquals(nats / Math.log(2), classes.number(new BitsPerToken()), 1e-12);
    Rows numbers = Rows.ofNumbers(7, 64, 3);
    assertEquals(
        Math.sqrt(numbers.number(new MeanSquaredError())),
        numbers.number(new RootMeanSquaredError()),
        0);
  }

  @Test
  void mape_handExample_isTheMeanShareOfTheTarget() {
    Rows rows =
        Rows.of(
            new Field("y", Shape.of(1), Field.Kind.NUMBER, List.of()),
            Link.IDENTITY,
            1,
            new float[] {3, -5, 0, 7},
            new float[] {2, -4, 0, 0},
            new float[] {1, 2, 1, 0});
    // A target of 0 that is met costs nothing, one in a row of weight 0 does not count.
    assertEquals((0.5 + 2 * 0.25) / 4, rows.number(new MeanAbsolutePercentageError()), 1e-15);
  }

  @Test
  void sequenceAccuracy_stepsThatCount_mustAllBeRight() {
    OutputSteps steps = new OutputSteps(3, Shape.of(2), Rows.classes(2));
    Metric metric = new SequenceAccuracy().bind(steps, Link.SOFTMAX);
    double[] sums = new double[metric.sumCount()];
    float[] said = {0, 1, 0, 1, 1, 1, 0, 0, 0};
    float[] outputs = new float[18];
    for (int i = 0; i < said.length; i++) {
      outputs[2 * i + (int) said[i]] = 1;
    }
    // Right; wrong at a masked step only; without any step; the last example would be wrong.
    float[] actual = {0, 1, 0, 1, 1, 0, 1, 1, 1};
    float[] weights = {1, 1, 1, 3, 3, 0, 0, 0, 0};
    metric.accumulate(9, outputs, 0, actual, 0, weights, 0, sums, 0);
    assertEquals(1.0, metric.result(sums, 0).get("sequenceAccuracy"));
    float[] wrong = {1, 1, 0};
    metric.accumulate(3, outputs, 0, wrong, 0, new float[] {1, 1, 1}, 0, sums, 0);
    assertEquals(0.8, metric.result(sums, 0).get("sequenceAccuracy"));
  }

  @Test
  void bind_severalOutputs_namesResultsByOutputAndCountsTheirLosses() {
    MetricSet set =
        MetricSet.bind(
            List.of(
                new OutputSpec(
                    "a",
                    "label",
                    new SoftmaxCrossEntropy(0, List.of()),
                    1,
                    List.of(new Accuracy(), new LogLoss())),
                new OutputSpec("b", "y", new SquaredError(), 2, List.of())),
            List.of(
                new OutputSteps(1, Shape.of(3), Rows.classes(3)),
                new OutputSteps(
                    1, Shape.of(1), new Field("y", Shape.of(1), Field.Kind.NUMBER, List.of()))));
    assertEquals(
        List.of("a.loss", "a.accuracy", "a.logLoss", "b.loss"),
        List.copyOf(set.results(new double[set.sumCount()], 0).keySet()));
    assertEquals(2, set.outputLosses());
  }

  @Test
  void labelErrorRate_outputsOfAnotherLoss_isRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new LabelErrorRate().bind(Shape.of(4, 3), Rows.classes(3), Link.SOFTMAX));
  }
}
