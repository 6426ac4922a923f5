package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.SoftmaxCrossEntropy;
import io.gradflow.common.loss.SquaredError;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.MaskedBy;
import io.gradflow.testkit.NetworkTrial;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskTest {
  private static final LossSpec CROSS_ENTROPY = new SoftmaxCrossEntropy(0, List.of());

  @Test
  void gradient_classPerMaskedStep_matchesFiniteDifferences() {
    GradientCheck.SMOOTH.run(perStep(4, 3, CROSS_ENTROPY, classes(5, 3)).randomize(1));
    GradientCheck.SMOOTH.run(perStep(1, 3, CROSS_ENTROPY, classes(5, 3)).randomize(2));
  }

  @Test
  void gradient_numbersPerMaskedStep_matchesFiniteDifferences() {
    Field target = NetworkTrial.number("y", Shape.of(5, 2));
    GradientCheck.SMOOTH.run(perStep(3, 2, new SquaredError(), target).randomize(3));
    Field flat = NetworkTrial.number("y", Shape.of(10));
    GradientCheck.SMOOTH.run(perStep(3, 2, new SquaredError(), flat).randomize(3));
  }

  @Test
  void loss_maskedSteps_isTheSumOverStepsThatCount() {
    NetworkTrial trial =
        perStep(2, 2, new SquaredError(), NetworkTrial.number("y", Shape.of(5, 2)));
    trial.weights("dense/kernel", 1, 0, 0, 1);
    float[] mask = {1, 1, -1, -1, -1, 1, 1, 1, 1, -1};
    System.arraycopy(mask, 0, trial.batch().input(1), 0, mask.length);
    for (int i = 0; i < 20; i++) {
      trial.batch().input(0)[i] = 1 + i;
    }
    trial.batch().weights()[1] = 2;
    // Row 0 counts (1, 2), (3, 4); row 1 weighs 2 and counts (11, 12) to (17, 18).
    double row0 = (1 + 4 + 9 + 16) / 2.0;
    double row1 = 2 * (121 + 144 + 169 + 196 + 225 + 256 + 289 + 324) / 2.0;

    NetworkTrial.Outcome outcome = trial.run();

    assertEquals(row0 + row1, outcome.lossSum(), 1e-9);
    assertEquals(2 + 2 * 4, outcome.weightSum(), 0);
    for (int i = 4; i < 10; i++) {
      assertEquals(0, outcome.inputGradients().get(0)[i], 0);
    }
    assertEquals(2 * 18, outcome.inputGradients().get(0)[17], 0);
  }

  @Test
  void loss_severalOutputs_everyExampleCountsOnce() {
    NodeSpec masked = new NodeSpec("masked", new MaskedBy(), List.of("x", "m"));
    NodeSpec flat = new NodeSpec("flat", new Flatten(), List.of("x"));
    NetworkSpec spec =
        new NetworkSpec(
            List.of(new InputSpec("x", Shape.of(3, 1)), new InputSpec("m", Shape.of(3))),
            List.of(masked, flat),
            List.of("masked", "flat"));
    List<Field> targets =
        List.of(NetworkTrial.number("a", Shape.of(3, 1)), NetworkTrial.number("b", Shape.of(3)));
    NetworkTrial trial =
        NetworkTrial.of(
            spec, List.of(new SquaredError(), new SquaredError()), schema(targets, 3, 1), 2);
    System.arraycopy(new float[] {1, 2, 3, 4, 5, 6}, 0, trial.batch().input(0), 0, 6);
    System.arraycopy(new float[] {1, 1, -1, -1, -1, -1}, 0, trial.batch().input(1), 0, 6);

    NetworkTrial.Outcome outcome = trial.run();

    // Example 0: mean of 1 and 4, and mean of 1, 4, 9. Example 1 has no step that counts.
    assertEquals(2.5 + 14 / 3.0 + (16 + 25 + 36) / 3.0, outcome.lossSum(), 1e-6);
    assertEquals(2, outcome.weightSum(), 0);
    GradientCheck.SMOOTH.run(trial.randomize(4));
  }

  @Test
  void masking_paddedSteps_zeroesThemAndTheirGradients() {
    NetworkTrial trial = NetworkTrial.ofLayer(new Masking(9), 2, Shape.of(2, 2));
    System.arraycopy(new float[] {9, 9, 9, 1, 2, 3, 9, 9}, 0, trial.batch().input(0), 0, 8);
    System.arraycopy(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 0, trial.batch().target(0), 0, 8);

    NetworkTrial.Outcome outcome = trial.run();

    assertArrayEquals(new float[] {0, 0, 9, 1, 2, 3, 0, 0}, outcome.outputs().get(0));
    assertArrayEquals(new float[] {0, 0, 3, 4, 5, 6, 0, 0}, outcome.inputGradients().get(0));
    assertEquals(2, outcome.weightSum(), 0);
    GradientCheck.sameBitsInChunks(trial);
  }

  @Test
  void masks_ofTwoInputs_multiply() {
    NetworkSpec spec =
        new NetworkSpec(
            List.of(
                new InputSpec("x", Shape.of(3, 1)),
                new InputSpec("m", Shape.of(3)),
                new InputSpec("n", Shape.of(3))),
            List.of(
                new NodeSpec("a", new MaskedBy(), List.of("x", "m")),
                new NodeSpec("b", new MaskedBy(), List.of("x", "n")),
                new NodeSpec("first", new First(), List.of("a", "b"))),
            List.of("first"));
    ExampleSchema schema =
        new ExampleSchema(
            List.of(
                NetworkTrial.number("x", Shape.of(3, 1)),
                NetworkTrial.classPerStep("m", 3, 2),
                NetworkTrial.classPerStep("n", 3, 2)),
            List.of(NetworkTrial.number("y", Shape.of(3, 1))));
    NetworkTrial trial = NetworkTrial.of(spec, List.of(new SquaredError()), schema, 1);
    System.arraycopy(new float[] {1, 2, 4}, 0, trial.batch().input(0), 0, 3);
    System.arraycopy(new float[] {1, 1, -1}, 0, trial.batch().input(1), 0, 3);
    System.arraycopy(new float[] {-1, 1, 1}, 0, trial.batch().input(2), 0, 3);

    NetworkTrial.Outcome outcome = trial.run();

    assertEquals(4, outcome.lossSum(), 0);
    assertEquals(1, outcome.weightSum(), 0);
  }

  @Test
  void network_maskedInputWithoutSteps_isRefused() {
    IllegalArgumentException fault =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                NetworkSpec.sequential(
                    new InputSpec("x", Shape.of(3, 2)), List.of(new Masking(0), new Flatten())));
    assertTrue(
        fault
            .getMessage()
            .startsWith(
                "layer 2 (flatten_1, flatten): its input is masked, and its output [6] does not"
                    + " have the steps of that mask (3)"),
        fault.getMessage());
  }

  @Test
  void bind_maskedOutputAgainstOneClass_isRefused() {
    IllegalArgumentException fault =
        assertThrows(
            IllegalArgumentException.class,
            () -> perStep(2, 3, CROSS_ENTROPY, NetworkTrial.classIndex("y", 3)).randomize(1).run());
    assertTrue(
        fault.getMessage().contains("output [5, 3] of 5 steps does not match target y (one of 3"),
        fault.getMessage());
  }

  private static Field classes(int steps, int classes) {
    return NetworkTrial.classPerStep("y", steps, classes);
  }

  private static ExampleSchema schema(List<Field> targets, int steps, int features) {
    return new ExampleSchema(
        List.of(
            NetworkTrial.number("x", Shape.of(steps, features)),
            NetworkTrial.classPerStep("m", steps, 2)),
        targets);
  }

  /** A sequence of 5 steps of 2 features, masked by a second input, through a dense layer. */
  private static NetworkTrial perStep(int rows, int units, LossSpec loss, Field target) {
    Initializer zeros = new Initializer.Zeros();
    NetworkSpec spec =
        new NetworkSpec(
            List.of(new InputSpec("x", Shape.of(5, 2)), new InputSpec("m", Shape.of(5))),
            List.of(
                new NodeSpec("masked", new MaskedBy(), List.of("x", "m")),
                new NodeSpec(
                    "dense",
                    new Dense(units, new Activation.Identity(), zeros, zeros, true),
                    List.of("masked"))),
            List.of("dense"));
    return NetworkTrial.of(spec, List.of(loss), schema(List.of(target), 5, 2), rows);
  }

  /** Its first input; both must have as many steps. */
  record First() implements LayerSpec {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return inputs.get(0);
    }

    @Override
    public Layer bind(Binding binding) {
      return new ActivationLayer(new Activation.Identity()).bind(binding);
    }
  }
}
