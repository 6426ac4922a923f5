package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.InnerProduct;
import io.gradflow.testkit.NetworkTrial;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddingTest {
  private static final int VOCABULARY = 6;
  private static final Initializer ZEROS = new Initializer.Zeros();

  /** Layers on a sequence of five tokens, under a loss whose gradient is the target. */
  private static NetworkTrial trial(int rows, LayerSpec... layers) {
    NetworkSpec network =
        NetworkSpec.sequential(new InputSpec("tokens", Shape.of(5)), List.of(layers));
    Field target = NetworkTrial.number("target", network.outputShape(0));
    ExampleSchema schema =
        new ExampleSchema(List.of(NetworkTrial.tokens("tokens", 5, VOCABULARY)), List.of(target));
    return NetworkTrial.of(network, List.of(new InnerProduct()), schema, rows);
  }

  private static Embedding embedding(boolean maskZero) {
    return new Embedding(VOCABULARY, 3, maskZero, ZEROS);
  }

  @Test
  void backward_repeatedTokens_matchesFiniteDifferences() {
    GradientCheck.SMOOTH.run(trial(4, embedding(false)).randomize(1));
    GradientCheck.SMOOTH.run(trial(1, embedding(false)).randomize(2));
  }

  @Test
  void backward_maskedUnderLstm_matchesFiniteDifferences() {
    NetworkTrial trial =
        trial(3, embedding(true), new Lstm(4, true, false, 0, ZEROS, ZEROS, 1)).randomize(1);
    System.arraycopy(new float[] {1, 0, 2, 0, 0, 0, 0, 3, 1, 1}, 0, trial.batch().input(0), 0, 10);
    GradientCheck.SMOOTH.run(trial);
  }

  /** Padding at the end, in front and in between: what a layer leaves is that of the tokens. */
  @Test
  void forward_masked_skipsPadding() {
    LayerSpec gru = new Gru(4, false, false, 0, ZEROS, ZEROS, ZEROS);
    NetworkTrial trial = trial(3, embedding(true), gru).randomize(3);
    System.arraycopy(
        new float[] {1, 2, 3, 0, 0, 0, 0, 1, 2, 3, 1, 0, 2, 0, 3},
        0,
        trial.batch().input(0),
        0,
        15);
    float[] last = trial.run().outputs().get(0);
    assertArrayEquals(Arrays.copyOfRange(last, 0, 4), Arrays.copyOfRange(last, 4, 8));
    assertArrayEquals(Arrays.copyOfRange(last, 0, 4), Arrays.copyOfRange(last, 8, 12));
  }

  @Test
  void forward_tokenBeyondVocabulary_isBadDataThatNamesRowAndPosition() {
    NetworkTrial trial = trial(2, embedding(false));
    trial.batch().input(0)[7] = VOCABULARY;
    GradflowException e = assertThrows(GradflowException.class, trial::run);
    assertEquals(ExitCode.BAD_DATA, e.code());
    assertTrue(
        e.getMessage().contains("row 1 has token 6.0 at position 2; expected a whole number in"),
        e.getMessage());
    trial.batch().input(0)[7] = 0.5f;
    assertThrows(GradflowException.class, trial::run);
  }

  @Test
  void burnIn_firstSteps_leaveLossAndGradient() {
    NetworkTrial whole = trial(2, embedding(false)).randomize(4);
    NetworkTrial.Outcome all = whole.run();
    NetworkTrial warmed = trial(2, embedding(false), new BurnIn(2)).randomize(4);
    NetworkTrial.Outcome some = warmed.run();
    assertArrayEquals(all.outputs().get(0), some.outputs().get(0));
    double[] expected = new double[VOCABULARY * 3];
    for (int row = 0; row < 2; row++) {
      for (int t = 2; t < 5; t++) {
        int token = (int) warmed.batch().input(0)[row * 5 + t];
        for (int j = 0; j < 3; j++) {
          expected[token * 3 + j] +=
              (double) warmed.batch().weights()[row]
                  * warmed.batch().target(0)[row * 15 + t * 3 + j];
        }
      }
    }
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], some.gradient()[i], 1e-5);
    }
    GradientCheck.SMOOTH.run(warmed);
  }

  @Test
  void burnIn_noStepLeft_isRejected() {
    assertThrows(IllegalArgumentException.class, () -> new BurnIn(0));
    assertThrows(
        IllegalArgumentException.class, () -> new BurnIn(5).outputShape(List.of(Shape.of(5, 3))));
  }

  @Test
  void constructor_badNumbers_areRejected() {
    assertThrows(IllegalArgumentException.class, () -> new Embedding(0, 3, false, ZEROS));
    assertThrows(IllegalArgumentException.class, () -> new Embedding(3, 0, false, ZEROS));
  }
}
