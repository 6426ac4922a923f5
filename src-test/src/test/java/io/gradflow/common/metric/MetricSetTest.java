package io.gradflow.common.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.loss.LossSpec.Link;
import io.gradflow.testkit.OwnJvm;
import io.gradflow.testkit.SettledAllocation;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every metric promises, alone and side by side. */
class MetricSetTest {
  private static final List<MetricSpec> OF_CLASSES =
      List.of(
          new Accuracy(),
          new TopK(2),
          new PrecisionRecallF1(),
          new ConfusionMatrix(),
          new LogLoss(),
          new Perplexity(),
          new SequenceAccuracy(),
          new CohenKappa(),
          new MatthewsCorrelation());
  private static final List<MetricSpec> OF_NUMBERS =
      List.of(
          new MeanSquaredError(),
          new MeanAbsoluteError(),
          new RSquared(),
          new RootMeanSquaredError(),
          new MeanAbsolutePercentageError());

  static Stream<Arguments> metrics() {
    Rows classes = Rows.ofClasses(3, 64, 5, 5);
    Rows binary = Rows.ofClasses(4, 64, 2, 1);
    Rows numbers = Rows.ofNumbers(5, 64, 3);
    return Stream.of(
            OF_CLASSES.stream().map(spec -> Arguments.of(spec, classes)),
            Stream.of(new Accuracy(), new Auc(), new AveragePrecision(), new LogLoss())
                .map(spec -> Arguments.of(spec, binary)),
            OF_NUMBERS.stream().map(spec -> Arguments.of(spec, numbers)))
        .flatMap(stream -> stream);
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void accumulate_inParts_addsUpToTheWhole(MetricSpec spec, Rows rows) {
    Metric metric = rows.bind(spec);
    double[] whole = new double[metric.sumCount()];
    rows.accumulate(metric, 0, 64, whole, 0);
    double[] part = new double[metric.sumCount()];
    double[] added = new double[metric.sumCount()];
    for (int from : new int[] {0, 16, 32, 48}) {
      Arrays.fill(part, 0);
      rows.accumulate(metric, from, from + 16, part, 0);
      for (int i = 0; i < part.length; i++) {
        added[i] += part[i];
      }
    }
    assertArrayEquals(whole, added, 1e-10);
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void accumulate_rowByRow_hasTheSameBits(MetricSpec spec, Rows rows) {
    Metric metric = rows.bind(spec);
    double[] whole = new double[metric.sumCount()];
    rows.accumulate(metric, 0, 64, whole, 0);
    double[] byRow = new double[metric.sumCount()];
    for (int row = 0; row < 64; row++) {
      rows.accumulate(metric, row, row + 1, byRow, 0);
    }
    assertArrayEquals(whole, byRow);
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void accumulate_noRows_changesNothing(MetricSpec spec, Rows rows) {
    Metric metric = rows.bind(spec);
    double[] sums = new double[metric.sumCount()];
    rows.accumulate(metric, 0, 0, sums, 0);
    assertArrayEquals(new double[metric.sumCount()], sums);
    if (metric.result(sums, 0).get(spec.label()) instanceof Double value) {
      assertEquals(Double.NaN, value);
    }
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void accumulate_rowsOfWeightZero_countForNothing(MetricSpec spec, Rows rows) {
    Metric metric = rows.bind(spec);
    double[] sums = new double[metric.sumCount()];
    float[] weights = rows.w().clone();
    Arrays.fill(rows.w(), 0);
    rows.accumulate(metric, 0, 64, sums, 0);
    System.arraycopy(weights, 0, rows.w(), 0, weights.length);
    assertArrayEquals(new double[metric.sumCount()], sums);
  }

  @Test
  void accumulate_steadyState_allocatesNothing() throws IOException, InterruptedException {
    OwnJvm.run(MetricSetTest.class, "checkAllocations");
  }

  static void checkAllocations() {
    metrics()
        .map(Arguments::get)
        .forEach(each -> checkAllocation((MetricSpec) each[0], (Rows) each[1]));
  }

  private static void checkAllocation(MetricSpec spec, Rows rows) {
    Metric metric = rows.bind(spec);
    double[] sums = new double[metric.sumCount()];
    long bytes = SettledAllocation.bytes(199, 50, () -> rows.accumulate(metric, 0, 64, sums, 0));
    assertTrue(bytes < 200, spec.label() + " allocated " + bytes + " bytes in 3200 rows");
  }

  @Test
  void results_severalMetrics_areThoseOfEachAlone() {
    Rows rows = Rows.ofClasses(6, 64, 5, 5);
    MetricSet set = MetricSet.bind(OF_CLASSES, rows.output(), rows.target(), rows.link());
    double[] sums = new double[set.sumCount() + 7];
    set.accumulate(
        0,
        rows.count(),
        rows.o(),
        Rows.OUTPUT_OFFSET,
        rows.t(),
        Rows.TARGET_OFFSET,
        rows.w(),
        Rows.WEIGHT_OFFSET,
        sums,
        7);
    Map<String, Object> results = set.results(sums, 7);
    for (MetricSpec spec : OF_CLASSES) {
      rows.result(spec).forEach((name, value) -> assertEquals(value, results.get(name), name));
    }
    assertEquals(
        List.of(
            "accuracy",
            "top2Accuracy",
            "macroPrecision",
            "macroRecall",
            "macroF1",
            "logLoss",
            "perplexity",
            "sequenceAccuracy",
            "cohenKappa",
            "mcc"),
        List.copyOf(set.numbers(sums, 7).keySet()));
    assertArrayEquals(new double[7], Arrays.copyOf(sums, 7));
  }

  @Test
  void bind_metricNamedTwice_isRefused() {
    Rows rows = Rows.ofClasses(6, 4, 5, 5);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                MetricSet.bind(
                    List.of(new Accuracy(), new Accuracy()),
                    rows.output(),
                    rows.target(),
                    rows.link()));
    assertTrue(e.getMessage().contains("accuracy appears twice"), e.getMessage());
  }

  @Test
  void defaults_followTargetAndLink() {
    Rows numbers = Rows.ofNumbers(1, 1, 2);
    assertEquals(List.of(new Accuracy()), DefaultMetrics.of(Rows.classes(3), Link.SOFTMAX));
    assertEquals(List.of(new Accuracy()), DefaultMetrics.of(numbers.target(), Link.SIGMOID));
    assertEquals(
        List.of(new MeanSquaredError(), new MeanAbsoluteError()),
        DefaultMetrics.of(numbers.target(), Link.IDENTITY));
  }
}
