package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.NetworkTrial;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private static final int ROWS = 100;
  private static final int WIDTH = 203;

  @Test
  void backward_training_matchesFiniteDifferences() {
    GradientCheck.SMOOTH.run(
        NetworkTrial.ofLayer(new Dropout(0.4f), 5, Shape.of(3, 7)).randomize(1));
  }

  @Test
  void forward_evaluation_leavesInputAlone() {
    NetworkTrial trial =
        NetworkTrial.ofLayer(new Dropout(0.4f), 5, Shape.of(7)).randomize(1).inEvaluation();
    assertArrayEquals(trial.batch().input(0), trial.run().outputs().get(0));
  }

  /** 20,300 draws: the share kept is within 5 standard deviations (0.0034 each) of its mean. */
  @Test
  void forward_training_keepsItsShareAndScalesIt() {
    float[] output = forward(new Dropout(0.375f), 1, 2, 3, "input");
    int kept = 0;
    for (float value : output) {
      if (value != 0) {
        assertEquals(1.6f, value);
        kept++;
      }
    }
    assertEquals(0.625, (double) kept / output.length, 0.017);
  }

  @Test
  void forward_otherSeedStepMicroShardOrNode_drawsAnotherMask() {
    Dropout dropout = new Dropout(0.5f);
    float[] mask = forward(dropout, 1, 2, 3, "input");
    assertArrayEquals(mask, forward(dropout, 1, 2, 3, "input"));
    assertUnrelated(mask, forward(dropout, 9, 2, 3, "input"));
    assertUnrelated(mask, forward(dropout, 1, 9, 3, "input"));
    assertUnrelated(mask, forward(dropout, 1, 2, 9, "input"));
    assertUnrelated(mask, forward(dropout, 1, 2, 3, "before"));
    assertUnrelated(Arrays.copyOfRange(mask, 0, WIDTH), Arrays.copyOfRange(mask, WIDTH, 2 * WIDTH));
  }

  @Test
  void constructor_rateOutOfRange_isRejected() {
    assertThrows(IllegalArgumentException.class, () -> new Dropout(-0.1f));
    assertThrows(IllegalArgumentException.class, () -> new Dropout(1));
    assertThrows(IllegalArgumentException.class, () -> new Dropout(Float.NaN));
  }

  /** Masks of rate 1/2 agree at half of the places, give or take 5 standard deviations. */
  private static void assertUnrelated(float[] mask, float[] other) {
    int equal = 0;
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] == other[i]) {
        equal++;
      }
    }
    assertEquals(0.5, (double) equal / mask.length, 2.5 / Math.sqrt(mask.length));
    assertFalse(Arrays.equals(mask, other));
  }

  /** Ones through dropout; "before" puts a layer in front, so that dropout is the second node. */
  private static float[] forward(
      Dropout dropout, long seed, long step, int microShard, String reads) {
    InputSpec input = new InputSpec("input", Shape.of(WIDTH));
    NodeSpec before =
        new NodeSpec("before", new ActivationLayer(new Activation.Relu()), List.of("input"));
    NodeSpec node = new NodeSpec("dropout", dropout, List.of(reads));
    NetworkSpec spec =
        new NetworkSpec(
            List.of(input),
            reads.equals("before") ? List.of(before, node) : List.of(node),
            List.of("dropout"));
    ExampleSchema schema =
        new ExampleSchema(List.of(NetworkTrial.number("input", input.shape())), List.of());
    MiniBatch batch = new MiniBatch(schema, ROWS);
    batch.rows(ROWS);
    Arrays.fill(batch.input(0), 1);
    Network network = spec.bind(schema, List.of(), ROWS, Numerics.PORTABLE.gemm());
    Pass pass = new Pass();
    pass.arrays(new float[0], null);
    pass.streams(seed, step, microShard);
    pass.rows(ROWS, 0, true);
    network.forward(pass, batch);
    int offset = network.output(0).offset();
    return Arrays.copyOfRange(network.output(0).array(), offset, offset + ROWS * WIDTH);
  }
}
