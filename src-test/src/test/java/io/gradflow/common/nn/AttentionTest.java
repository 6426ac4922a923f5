package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.NetworkTrial;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AttentionTest {
  private static MultiHeadAttention attention(
      int heads, boolean causal, float dropout, boolean rotary) {
    return new MultiHeadAttention(
        heads, causal, dropout, rotary, 10000, new Initializer.Zeros(), true);
  }

  private static TransformerBlock block(TransformerBlock.Norm norm, boolean rotary, float dropout) {
    return new TransformerBlock(
        2, 6, new Activation.Gelu(), norm, true, rotary, dropout, 0.01f, new Initializer.Zeros());
  }

  @TestFactory
  Stream<DynamicTest> backward_anyAttention_matchesFiniteDifferences() {
    Shape sequence = Shape.of(5, 4);
    return Stream.of(
        check("self", attention(2, false, 0, false), 2, sequence),
        check("one head, batch 1", attention(1, false, 0, false), 1, Shape.of(3, 5)),
        check("causal", attention(2, true, 0, false), 2, sequence),
        check("cross", attention(2, false, 0, false), 2, sequence, Shape.of(3, 6)),
        check("causal to a longer one", attention(2, true, 0, false), 2, Shape.of(2, 4), sequence),
        check("causal to a shorter one", attention(2, true, 0, false), 2, sequence, Shape.of(3, 4)),
        check("dropout", attention(2, false, 0.4f, false), 2, sequence),
        check("rotary", attention(2, true, 0, true), 2, sequence),
        check("rotary cross", attention(1, false, 0.25f, true), 2, sequence, Shape.of(7, 4)),
        check("sinusoidal", new SinusoidalPositions(100), 2, Shape.of(5, 3)),
        check("learned", new LearnedPositions(new Initializer.Zeros()), 3, Shape.of(5, 3)));
  }

  /** Norms bend more where the variance is small: a smaller step. */
  @TestFactory
  Stream<DynamicTest> backward_anyBlock_matchesFiniteDifferences() {
    GradientCheck fine = new GradientCheck(0x1p-7, 2e-4);
    Shape sequence = Shape.of(5, 4);
    return Stream.of(
        check(fine, "block, pre", block(TransformerBlock.Norm.PRE, true, 0), 2, sequence),
        check(
            fine, "block, post, batch 1", block(TransformerBlock.Norm.POST, false, 0), 1, sequence),
        check(fine, "block, dropout", block(TransformerBlock.Norm.PRE, false, 0.3f), 2, sequence),
        check(
            fine,
            "block, post, dropout, cross",
            block(TransformerBlock.Norm.POST, true, 0.3f),
            2,
            sequence,
            Shape.of(3, 6)));
  }

  private static DynamicTest check(String name, LayerSpec layer, int rows, Shape... inputs) {
    return check(GradientCheck.SMOOTH, name, layer, rows, inputs);
  }

  private static DynamicTest check(
      GradientCheck check, String name, LayerSpec layer, int rows, Shape... inputs) {
    return DynamicTest.dynamicTest(
        name, () -> check.run(NetworkTrial.ofLayer(layer, rows, inputs).randomize(1)));
  }

  @Test
  void forward_causal_ignoresLaterSteps() {
    NetworkTrial trial =
        NetworkTrial.ofLayer(attention(2, true, 0, true), 1, Shape.of(5, 4)).randomize(2);
    float[] before = trial.run().outputs().get(0);
    Arrays.fill(trial.batch().input(0), 12, 20, 1e3f);
    float[] after = trial.run().outputs().get(0);
    assertArrayEquals(Arrays.copyOfRange(before, 0, 12), Arrays.copyOfRange(after, 0, 12));
    assertNotEquals(before[12], after[12]);
  }

  /** Of a value projection and output that keep the input and equal keys: the mean of the steps. */
  @Test
  void forward_equalScores_averagesTheSteps() {
    NetworkTrial trial = NetworkTrial.ofLayer(attention(1, false, 0, false), 1, Shape.of(3, 2));
    float[] in = new float[12];
    in[4] = 1;
    in[11] = 1;
    trial.weights("layer/in/kernel", in);
    trial.weights("layer/out/kernel", 1, 0, 0, 1);
    System.arraycopy(new float[] {1, 10, 2, 20, 6, 60}, 0, trial.batch().input(0), 0, 6);
    float[] output = trial.run().outputs().get(0);
    for (int t = 0; t < 3; t++) {
      assertEquals(3, output[2 * t], 1e-6);
      assertEquals(30, output[2 * t + 1], 1e-5);
    }
  }

  @Test
  void forward_toItselfAsSecondInput_isSelfAttention() {
    Shape sequence = Shape.of(3, 4);
    NetworkTrial self =
        NetworkTrial.ofLayer(attention(2, false, 0, true), 1, sequence).randomize(4);
    NetworkTrial cross = NetworkTrial.ofLayer(attention(2, false, 0, true), 1, sequence, sequence);
    for (int i = 0; i < 2; i++) {
      System.arraycopy(self.batch().input(0), 0, cross.batch().input(i), 0, 12);
    }
    copyColumns(self, cross);
    assertArrayEquals(self.run().outputs().get(0), cross.run().outputs().get(0));
  }

  /** The q, k, v columns of one kernel as two kernels. */
  private static void copyColumns(NetworkTrial self, NetworkTrial cross) {
    float[] kernel = slice(self, "layer/in/kernel");
    float[] bias = slice(self, "layer/in/bias");
    float[] query = new float[16];
    float[] keyValue = new float[32];
    for (int row = 0; row < 4; row++) {
      System.arraycopy(kernel, row * 12, query, row * 4, 4);
      System.arraycopy(kernel, row * 12 + 4, keyValue, row * 8, 8);
    }
    cross.weights("layer/query/kernel", query);
    cross.weights("layer/query/bias", Arrays.copyOfRange(bias, 0, 4));
    cross.weights("layer/keyValue/kernel", keyValue);
    cross.weights("layer/keyValue/bias", Arrays.copyOfRange(bias, 4, 12));
    cross.weights("layer/out/kernel", slice(self, "layer/out/kernel"));
    cross.weights("layer/out/bias", slice(self, "layer/out/bias"));
  }

  private static float[] slice(NetworkTrial trial, String name) {
    var slice = trial.spec().layout().slice(name);
    return Arrays.copyOfRange(trial.weights(), slice.offset(), slice.end());
  }

  @Test
  void constructor_badNumbers_areRejected() {
    assertThrows(IllegalArgumentException.class, () -> attention(0, false, 0, false));
    assertThrows(IllegalArgumentException.class, () -> attention(1, false, 1, false));
    assertThrows(IllegalArgumentException.class, () -> new SinusoidalPositions(1));
  }

  @Test
  void outputShape_headsThatDoNotDivide_areRejected() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> attention(3, false, 0, false).outputShape(List.of(Shape.of(5, 4))))
            .getMessage();
    assertTrue(message.contains("multiple of 3"), message);
  }
}
