package io.gradflow.common.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.FloatMath;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.metric.LabelErrorRate;
import io.gradflow.common.metric.Metric;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.NodeSpec;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.testkit.Golden;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.MaskedBy;
import io.gradflow.testkit.NetworkTrial;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class CtcTest {
  @TestFactory
  Stream<DynamicTest> loss_goldenCase_matchesPyTorch() {
    return Golden.cases("loss/sequences.json")
        .map(golden -> DynamicTest.dynamicTest(golden.get("name").asText(), () -> matches(golden)));
  }

  private static void matches(JsonNode golden) {
    int classes = golden.get("outputShape").get(1).asInt();
    Shape output = Shape.of(golden.get("outputShape").get(0).asInt(), classes);
    float[] outputs = Golden.floats(golden.get("outputs"));
    float[] gradient = new float[outputs.length];
    LossSums sums = new LossSums();
    SpecReader.readJson(golden.get("spec").toString(), LossSpec.class)
        .bind(output, labels(golden.get("targetWidth").asInt(), classes))
        .accumulate(
            golden.get("rows").asInt(),
            outputs,
            0,
            Golden.floats(golden.get("targets")),
            0,
            Golden.floats(golden.get("weights")),
            0,
            gradient,
            0,
            sums);
    double expected = golden.get("lossSum").asDouble();
    assertEquals(expected, sums.lossSum(), 1e-6 * Math.max(1, expected), "loss sum");
    assertEquals(golden.get("weightSum").asDouble(), sums.weightSum(), 1e-12, "weight sum");
    Golden.assertClose(golden.get("gradient"), gradient, 2e-6, "gradient");
  }

  @Test
  void loss_everyWayCountedOneByOne_isTheirLogSum() {
    float[] z = new float[4 * 3];
    for (int i = 0; i < z.length; i++) {
      z[i] = (float) CounterRng.gaussian(9, i);
    }
    double likelihood = 0;
    for (int way = 0; way < 81; way++) {
      int[] said = {way / 27, way / 9 % 3, way / 3 % 3, way % 3};
      if (collapsed(said).equals("12")) {
        double p = 1;
        for (int t = 0; t < 4; t++) {
          double sum = 0;
          for (int k = 0; k < 3; k++) {
            sum += Math.exp(z[3 * t + k]);
          }
          p *= Math.exp(z[3 * t + said[t]]) / sum;
        }
        likelihood += p;
      }
    }
    LossSums sums = new LossSums();
    Loss loss = new Ctc(false).bind(Shape.of(4, 3), labels(3, 3));
    float[] ones = {1, 1, 1, 1};
    loss.accumulate(1, z, 0, new float[] {1, 2, 0}, 0, ones, 0, null, 0, sums);
    assertEquals(-Math.log(likelihood), sums.lossSum(), 1e-6);
  }

  private static String collapsed(int[] said) {
    StringBuilder text = new StringBuilder();
    for (int t = 0; t < said.length; t++) {
      if (said[t] != 0 && (t == 0 || said[t] != said[t - 1])) {
        text.append(said[t]);
      }
    }
    return text.toString();
  }

  @Test
  void gradient_maskedSequences_matchesFiniteDifferencesAndKeepsBitsInChunks() {
    NetworkTrial trial = trial(4, new Objective(new Ctc(true), "labels", 1)).randomize(5);
    float[] labels = {1, 2, 0, 2, 2, 0, 1, 0, 0, 2, 1, 0};
    System.arraycopy(labels, 0, trial.batch().target(0), 0, labels.length);
    float[] mask = {1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    System.arraycopy(mask, 0, trial.batch().input(1), 0, mask.length);
    GradientCheck.SMOOTH.run(trial);
    // The last row has no steps.
    float weights = 0;
    for (int row = 0; row < 3; row++) {
      weights += trial.batch().weights()[row];
    }
    assertEquals(weights, trial.run().weightSum(), 1e-6);
  }

  @Test
  void loss_rowThatCannotBeSaid_isAnErrorThatNamesIt() {
    Loss loss = new Ctc(false).bind(Shape.of(3, 3), labels(3, 3));
    float[] z = new float[18];
    float[] ones = {1, 1, 1, 1, 1, 1};
    float[] repeated = {1, 2, 0, 1, 1, 2};
    assertEquals(
        "row 1: a target of 3 labels needs at least 4 steps (equal labels in a row are apart by a"
            + " blank), the output has 3; give more steps, or zeroInfinity: true to pass such rows"
            + " over",
        assertThrows(
                IllegalArgumentException.class,
                () -> loss.accumulate(2, z, 0, repeated, 0, ones, 0, null, 0, new LossSums()))
            .getMessage());
    float[] gap = {1, 0, 2};
    assertEquals(
        "row 0: target 2.0 at position 2 stands behind padding (0) at 1; expected padding at the"
            + " end alone",
        assertThrows(
                IllegalArgumentException.class,
                () -> loss.accumulate(1, z, 0, gap, 0, ones, 0, null, 0, new LossSums()))
            .getMessage());
  }

  @Test
  void bind_outputOfOtherClasses_isRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new Ctc(false).bind(Shape.of(4, 2), labels(3, 3)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Ctc(false).bind(Shape.of(4, 3), NetworkTrial.number("y", Shape.of(3))));
  }

  @Test
  void labelErrorRate_editsByHand_areCountedPerLabel() {
    Metric metric = new LabelErrorRate().bind(Shape.of(4, 3), labels(3, 3), LossSpec.Link.CTC);
    double[] sums = new double[metric.sumCount()];
    // Said: 1 1 - 2 -> "12" against "21": 2 edits; 2 2 (then masked) -> "2" against "221": 2 edits.
    float[] z = new float[24];
    int[] said = {1, 1, 0, 2, 2, 2, 1, 1};
    for (int i = 0; i < said.length; i++) {
      z[3 * i + said[i]] = 1;
    }
    float[] weights = {1, 1, 1, 1, 0.5f, 0.5f, 0, 0};
    metric.accumulate(2, z, 0, new float[] {2, 1, 0, 2, 2, 1}, 0, weights, 0, sums, 0);
    assertEquals((2 + 0.5 * 2) / (2 + 0.5 * 3), metric.result(sums, 0).get("labelErrorRate"));
  }

  @Test
  void maskedSoftmaxCrossEntropy_stepsOfPadding_countNeitherInLossNorWeight() {
    NetworkTrial masked = steps(new MaskedSoftmaxCrossEntropy(0, 0, List.of())).randomize(3);
    float[] tags = {1, 2, 0, 0, 3, 1, 1, 0, 0, 0, 0, 0};
    System.arraycopy(tags, 0, masked.batch().target(0), 0, tags.length);
    GradientCheck.SMOOTH.run(masked);
    NetworkTrial.Outcome outcome = masked.run();
    double lossSum = 0;
    double weightSum = 0;
    for (int step = 0; step < tags.length; step++) {
      if (tags[step] != 0) {
        float[] z = new float[4];
        System.arraycopy(outcome.outputs().get(0), 4 * step, z, 0, 4);
        double sum = 0;
        for (float logit : z) {
          sum += FloatMath.exp(logit);
        }
        double weight = masked.batch().weights()[step / 4];
        lossSum += weight * (Math.log(sum) - z[(int) tags[step]]);
        weightSum += weight;
      }
    }
    assertEquals(lossSum, outcome.lossSum(), 1e-5);
    assertEquals(weightSum, outcome.weightSum(), 1e-6);
  }

  private static NetworkTrial steps(LossSpec loss) {
    NetworkSpec network =
        new NetworkSpec(
            List.of(new InputSpec("x", Shape.of(4, 3))),
            List.of(new NodeSpec("out", layer("{dense: {units: 4}}"), List.of("x"))),
            List.of("out"));
    ExampleSchema schema =
        new ExampleSchema(
            List.of(NetworkTrial.number("x", Shape.of(4, 3))),
            List.of(NetworkTrial.classPerStep("tags", 4, 4)));
    return NetworkTrial.of(network, List.of(loss), schema, 3);
  }

  private static NetworkTrial trial(int rows, Objective... objectives) {
    NetworkSpec network =
        new NetworkSpec(
            List.of(new InputSpec("x", Shape.of(6, 2)), new InputSpec("mask", Shape.of(6))),
            List.of(
                new NodeSpec("masked", new MaskedBy(), List.of("x", "mask")),
                new NodeSpec("out", layer("{dense: {units: 3}}"), List.of("masked"))),
            List.of("out"));
    ExampleSchema schema =
        new ExampleSchema(
            List.of(
                NetworkTrial.number("x", Shape.of(6, 2)), NetworkTrial.classPerStep("mask", 6, 2)),
            List.of(labels(3, 3)));
    return NetworkTrial.of(network, new Objectives(List.of(objectives)), schema, rows);
  }

  private static Field labels(int width, int classes) {
    return NetworkTrial.classPerStep("labels", width, classes);
  }

  private static LayerSpec layer(String yaml) {
    return SpecReader.readYaml(yaml, "test", LayerSpec.class);
  }
}
