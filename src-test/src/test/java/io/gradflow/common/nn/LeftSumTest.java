package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.Shape;
import io.gradflow.common.loss.LossSums;
import io.gradflow.testkit.NetworkTrial;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A micro-shard's gradient, added to its sibling's as it is computed. Oracle: two arrays. */
class LeftSumTest {
  private static final Initializer ZEROS = new Initializer.Zeros();

  @Test
  void gradient_ontoTheLeftSum_hasTheBitsOfAddingAfterwards() {
    assertSameBits(40, List.of("dense_1/kernel", "dense_2/kernel", "dense_3/kernel"));
  }

  @Test
  void gradient_moreRowsThanAChainTakes_isAddedAfterwards() {
    assertSameBits(300, List.of());
  }

  private static void assertSameBits(int rows, List<String> added) {
    NetworkSpec spec =
        NetworkSpec.sequential(
            new InputSpec("input", Shape.of(9)),
            List.of(
                dense(21, new Activation.Relu()),
                dense(16, new Activation.Tanh()),
                new LayerNorm(1e-5f, true),
                dense(3, new Activation.Identity())));
    NetworkTrial trial = NetworkTrial.ofNetwork(spec, rows).randomize(3);
    Network network = trial.bind();
    float[] left = new float[trial.weights().length];
    for (int i = 0; i < left.length; i++) {
      left[i] = (float) CounterRng.gaussian(5, i);
    }
    Pass apart = pass(trial, null);
    network.gradient(apart, trial.batch(), new LossSums());
    float[] expected = left.clone();
    for (int i = 0; i < left.length; i++) {
      expected[i] += apart.gradient()[i];
    }
    Pass onto = pass(trial, left);
    network.gradient(onto, trial.batch(), new LossSums());
    network.addToLeft(onto);
    assertArrayEquals(expected, left);
    assertEquals(
        added,
        spec.layout().slices().stream()
            .filter(slice -> onto.isAddedToLeft(slice.offset()))
            .map(slice -> slice.name())
            .toList());
  }

  private static Pass pass(NetworkTrial trial, float[] left) {
    Pass pass = new Pass();
    pass.arrays(trial.weights(), new float[trial.weights().length]);
    pass.rows(trial.batch().rows(), 0, true);
    pass.forgetsGradient(true);
    pass.leftSum(left);
    return pass;
  }

  private static Dense dense(int units, Activation activation) {
    return new Dense(units, activation, ZEROS, ZEROS, true);
  }
}
