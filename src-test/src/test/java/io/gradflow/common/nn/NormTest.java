package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradflow.common.array.Shape;
import io.gradflow.testkit.Golden;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.LayerGolden;
import io.gradflow.testkit.MaskedBy;
import io.gradflow.testkit.NetworkTrial;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class NormTest {
  private static final float EPSILON = 1e-5f;
  private static final BatchNorm BATCH = new BatchNorm(0.1f, EPSILON, true);
  private static final Map<String, LayerSpec> GOLDEN =
      Map.ofEntries(
          Map.entry("batchNorm vectors", BATCH),
          Map.entry("batchNorm images", BATCH),
          Map.entry("batchNorm long", BATCH),
          Map.entry("batchNorm plain", new BatchNorm(0.1f, 0.25f, false)),
          Map.entry("batchNorm one row", BATCH),
          Map.entry("layerNorm vectors", new LayerNorm(EPSILON, true)),
          Map.entry("layerNorm sequence", new LayerNorm(EPSILON, true)),
          Map.entry("layerNorm plain", new LayerNorm(EPSILON, false)),
          Map.entry("groupNorm 2", new GroupNorm(2, EPSILON, true)),
          Map.entry("groupNorm 18", new GroupNorm(18, EPSILON, true)),
          Map.entry("groupNorm 1 plain", new GroupNorm(1, EPSILON, false)),
          Map.entry("rmsNorm", new RmsNorm(EPSILON, true)),
          Map.entry("add", new Add()),
          Map.entry("multiply", new Multiply()),
          Map.entry("concat last", new Concat(-1)),
          Map.entry("concat first", new Concat(0)));

  @TestFactory
  Stream<DynamicTest> layer_goldenCase_matchesPyTorch() {
    return Golden.cases("nn/norms.json")
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    name(golden),
                    () ->
                        LayerGolden.assertMatches(
                            golden, List.of(GOLDEN.get(name(golden))), 2e-5)));
  }

  @Test
  void golden_everyCase_hasItsLayer() {
    assertEquals(
        GOLDEN.keySet(),
        Golden.cases("nn/norms.json").map(NormTest::name).collect(Collectors.toSet()));
  }

  @Test
  void gradient_normsOfOddShapes_matchFiniteDifferences() {
    List<LayerSpec> layers =
        List.of(
            new LayerNorm(0.1f, true),
            new RmsNorm(0.1f, true),
            new GroupNorm(1, 0.1f, true),
            new LayerNorm(0.1f, false),
            new RmsNorm(0.1f, false));
    for (LayerSpec layer : layers) {
      GradientCheck.SMOOTH.run(NetworkTrial.ofLayer(layer, 3, Shape.of(2, 5)).randomize(1));
      GradientCheck.SMOOTH.run(NetworkTrial.ofLayer(layer, 1, Shape.of(17)).randomize(2));
    }
    GradientCheck.SMOOTH.run(
        NetworkTrial.ofLayer(new GroupNorm(3, 0.1f, true), 2, Shape.of(2, 2, 6)).randomize(3));
    GradientCheck.SMOOTH.run(
        NetworkTrial.ofLayer(new GroupNorm(2, 0.1f, false), 2, Shape.of(4)).randomize(3));
  }

  @Test
  void gradient_batchNorm_matchesFiniteDifferences() {
    for (boolean affine : new boolean[] {true, false}) {
      LayerSpec layer = new BatchNorm(0.1f, 0.1f, affine);
      GradientCheck.SMOOTH.gradients(NetworkTrial.ofLayer(layer, 4, Shape.of(3, 2)).randomize(1));
      GradientCheck.SMOOTH.gradients(NetworkTrial.ofLayer(layer, 1, Shape.of(7, 1)).randomize(2));
      GradientCheck.SMOOTH.gradients(
          positiveVariances(NetworkTrial.ofLayer(layer, 3, Shape.of(3)).randomize(3))
              .inEvaluation());
    }
  }

  @Test
  void gradient_maskedNorms_matchFiniteDifferences() {
    GradientCheck.SMOOTH.gradients(masked(new BatchNorm(0.1f, 0.1f, true), 4).randomize(1));
    GradientCheck.SMOOTH.run(masked(new GroupNorm(2, 0.1f, true), 4).randomize(2));
    GradientCheck.SMOOTH.run(masked(new LayerNorm(0.1f, true), 3).randomize(3));
  }

  /** Statistics over the steps that count are those of a minibatch of these steps alone. */
  @Test
  void batchNorm_masked_normalizesByTheStepsThatCount() {
    NetworkTrial masked = masked(BATCH, 2).randomize(5);
    float[] mask = {1, 0, 1, 1, 0, 0};
    System.arraycopy(mask, 0, masked.batch().input(1), 0, 6);
    NetworkTrial alone = NetworkTrial.ofLayer(BATCH, 3, Shape.of(4)).randomize(5);
    System.arraycopy(masked.weights(), 0, alone.weights(), 0, alone.weights().length);
    Arrays.fill(masked.batch().weights(), 1);
    Arrays.fill(alone.batch().weights(), 1);
    int[] counted = {0, 2, 3};
    for (int i = 0; i < 3; i++) {
      System.arraycopy(masked.batch().input(0), 4 * counted[i], alone.batch().input(0), 4 * i, 4);
      System.arraycopy(masked.batch().target(0), 4 * counted[i], alone.batch().target(0), 4 * i, 4);
    }

    NetworkTrial.Outcome expected = alone.run();
    NetworkTrial.Outcome actual = masked.run();

    for (int i = 0; i < 3; i++) {
      int from = 4 * counted[i];
      assertArrayEquals(
          Arrays.copyOfRange(expected.outputs().get(0), 4 * i, 4 * i + 4),
          Arrays.copyOfRange(actual.outputs().get(0), from, from + 4),
          1e-6f);
    }
    assertArrayEquals(
        Arrays.copyOf(expected.gradient(), 8), Arrays.copyOf(actual.gradient(), 8), 1e-5f);
  }

  @Test
  void batchNorm_onePass_leavesTheChangeOfRunningStatistics() {
    Golden.cases("nn/running.json")
        .forEach(
            golden -> {
              int channels = golden.get("runningMean").size();
              int rows = golden.get("rows").asInt();
              float[] values = Golden.floats(golden.get("values"));
              float momentum = rows == 6 ? 0.1f : 0.5f;
              NetworkTrial trial =
                  NetworkTrial.ofLayer(
                      new BatchNorm(momentum, EPSILON, false),
                      rows,
                      Shape.of(values.length / rows / channels, channels));
              System.arraycopy(values, 0, trial.batch().input(0), 0, values.length);
              float[] ones = new float[channels];
              Arrays.fill(ones, 1);
              trial.weights("layer/runningVariance", ones);
              NetworkTrial.Outcome outcome = trial.run();
              float[] mean = trial.gradientOf("layer/runningMean", outcome);
              float[] variance = trial.gradientOf("layer/runningVariance", outcome);
              for (int j = 0; j < channels; j++) {
                mean[j] = mean[j] / rows;
                variance[j] = 1 + variance[j] / rows;
              }
              Golden.assertClose(golden.get("runningMean"), mean, 1e-6, "mean");
              Golden.assertClose(golden.get("runningVariance"), variance, 1e-6, "variance");
            });
  }

  @Test
  void batchNorm_evaluation_readsRunningStatistics() {
    NetworkTrial trial = NetworkTrial.ofLayer(BATCH, 1, Shape.of(2)).inEvaluation();
    trial.weights("layer/gamma", 2, 3);
    trial.weights("layer/beta", 1, -1);
    trial.weights("layer/runningMean", 5, 7);
    trial.weights("layer/runningVariance", 4 - EPSILON, 9 - EPSILON);
    System.arraycopy(new float[] {7, 1}, 0, trial.batch().input(0), 0, 2);

    NetworkTrial.Outcome outcome = trial.run();

    assertArrayEquals(new float[] {3, -7}, outcome.outputs().get(0), 1e-6f);
    assertArrayEquals(
        new float[] {0, 0}, trial.gradientOf("layer/runningMean", outcome), "no change");
  }

  @Test
  void constructors_valuesOutOfRange_areRejected() {
    assertThrows(IllegalArgumentException.class, () -> new BatchNorm(0, EPSILON, true));
    assertThrows(IllegalArgumentException.class, () -> new BatchNorm(0.1f, 0, true));
    assertThrows(IllegalArgumentException.class, () -> new GroupNorm(0, EPSILON, true));
    assertThrows(
        IllegalArgumentException.class,
        () -> NetworkTrial.ofLayer(new GroupNorm(2, EPSILON, true), 1, Shape.of(5)));
  }

  private static NetworkTrial positiveVariances(NetworkTrial trial) {
    trial.weights("layer/runningVariance", 0.5f, 1, 2);
    return trial;
  }

  /** A sequence of 3 steps of 4 channels, masked, through a layer. */
  private static NetworkTrial masked(LayerSpec layer, int rows) {
    return NetworkTrial.ofNetwork(
        new NetworkSpec(
            List.of(new InputSpec("x", Shape.of(3, 4)), new InputSpec("mask", Shape.of(3))),
            List.of(
                new NodeSpec("masked", new MaskedBy(), List.of("x", "mask")),
                new NodeSpec("layer", layer, List.of("masked"))),
            List.of("layer")),
        rows);
  }

  private static String name(JsonNode golden) {
    return golden.get("name").asText();
  }
}
