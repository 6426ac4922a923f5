package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.Contrastive;
import io.gradflow.common.loss.Dice;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.Triplet;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.testkit.MaskedBy;
import io.gradflow.testkit.NetworkTrial;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows over masked sequences, and losses that know no masks. */
class MaskedWindowsTest {
  private static final int STEPS = 7;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{conv1d: {filters: 3, kernel: 3, padding: same}}",
        "{conv1d: {filters: 3, kernel: 2, stride: 2}}",
        "{maxPool1d: {size: 2}}",
        "{avgPool1d: {size: 3, stride: 1, padding: same}}",
        "globalAvgPool",
        "globalMaxPool"
      })
  void forward_paddedSequence_isThatOfTheShorterOne(String yaml) {
    int shorter = 4;
    NetworkTrial padded = trial(yaml, 1).randomize(3);
    float[] mask = {1, 1, 1, 1, 0, 0, 0};
    System.arraycopy(mask, 0, padded.batch().input(1), 0, STEPS);
    NetworkTrial whole = trial(yaml, 1, shorter).randomize(3);
    System.arraycopy(padded.batch().input(0), 0, whole.batch().input(0), 0, 2 * shorter);
    Arrays.fill(whole.batch().input(1), 1);
    float[] expected = whole.run().outputs().get(0);
    float[] actual = padded.run().outputs().get(0);
    int steps = yaml.startsWith("global") ? 1 : expected.length / channels(yaml);
    // Windows at the shorter sequence's end see padding or nothing: both are left out.
    int same = steps == 1 ? expected.length : (steps - 1) * channels(yaml);
    assertTrue(same > 0);
    assertArrayEquals(Arrays.copyOf(expected, same), Arrays.copyOf(actual, same), 1e-6f);
  }

  private static int channels(String yaml) {
    return yaml.contains("conv") ? 3 : 2;
  }

  @Test
  void outputMask_stridesAndWindows_followTheirRules() {
    float[] mask = {1, 1, 1, 0, 0, 0, 0};
    assertEquals(
        "1100", outputMask("{conv1d: {filters: 1, kernel: 3, stride: 2, padding: same}}", mask));
    assertEquals("1110000", outputMask("{conv1d: {filters: 1, kernel: 3, padding: same}}", mask));
    assertEquals("11100", outputMask("{conv1d: {filters: 1, kernel: 3}}", mask));
    assertEquals("110", outputMask("{maxPool1d: {size: 2}}", mask));
    assertEquals("11100", outputMask("{avgPool1d: {size: 3, stride: 1}}", mask));
    assertEquals("01", outputMask("{maxPool1d: {size: 3}}", new float[] {0, 0, 0, 0, 0, 1, 0}));
  }

  private static String outputMask(String yaml, float[] mask) {
    NetworkTrial trial = trial(yaml, 1).randomize(4);
    System.arraycopy(mask, 0, trial.batch().input(1), 0, STEPS);
    Network network = trial.bind();
    trial.run(network);
    var buffer = network.outputMask(0).orElseThrow();
    StringBuilder text = new StringBuilder();
    for (int t = 0; t < buffer.width(); t++) {
      text.append(buffer.array()[buffer.offset() + t] != 0 ? '1' : '0');
    }
    return text.toString();
  }

  @Test
  void globalPools_sequenceWithoutSteps_areZero() {
    for (String yaml : List.of("globalAvgPool", "globalMaxPool")) {
      NetworkTrial trial = trial(yaml, 1).randomize(5);
      Arrays.fill(trial.batch().input(1), 0);
      assertArrayEquals(new float[2], trial.run().outputs().get(0), yaml);
    }
  }

  @Test
  void bind_lossOfWholeExamplesOnMaskedOutput_isRefused() {
    for (LossSpec loss : List.of(new Dice(1), new Contrastive(1), new Triplet(1))) {
      Field target = NetworkTrial.number("y", Shape.of(2, 2));
      NetworkSpec network =
          new NetworkSpec(
              List.of(new InputSpec("x", Shape.of(2, 2)), new InputSpec("mask", Shape.of(2))),
              List.of(new NodeSpec("out", new MaskedBy(), List.of("x", "mask"))),
              List.of("out"));
      ExampleSchema schema =
          new ExampleSchema(
              List.of(
                  NetworkTrial.number("x", Shape.of(2, 2)),
                  NetworkTrial.classPerStep("mask", 2, 2)),
              List.of(target));
      NetworkTrial trial = NetworkTrial.of(network, List.of(loss), schema, 1);
      String message = assertThrows(IllegalArgumentException.class, trial::bind).getMessage();
      assertTrue(
          message.contains("output [2, 2] is masked, and this loss takes an example as a whole"),
          message);
    }
  }

  private static NetworkTrial trial(String yaml, int rows) {
    return trial(yaml, rows, STEPS);
  }

  private static NetworkTrial trial(String yaml, int rows, int steps) {
    LayerSpec layer = SpecReader.readYaml(yaml, "test", LayerSpec.class);
    return NetworkTrial.ofNetwork(
        new NetworkSpec(
            List.of(new InputSpec("x", Shape.of(steps, 2)), new InputSpec("mask", Shape.of(steps))),
            List.of(
                new NodeSpec("masked", new MaskedBy(), List.of("x", "mask")),
                new NodeSpec("out", layer, List.of("masked"))),
            List.of("out")),
        rows);
  }
}
