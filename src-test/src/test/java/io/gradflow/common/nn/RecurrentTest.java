package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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

class RecurrentTest {
  private static final Initializer ZEROS = new Initializer.Zeros();

  private static Lstm lstm(int units, boolean sequences, boolean backwards, int tbptt) {
    return new Lstm(units, sequences, backwards, tbptt, ZEROS, ZEROS, 1);
  }

  private static Gru gru(int units, boolean sequences, boolean backwards, int tbptt) {
    return new Gru(units, sequences, backwards, tbptt, ZEROS, ZEROS, ZEROS);
  }

  private static SimpleRnn rnn(
      Activation activation, int units, boolean sequences, boolean backwards) {
    return new SimpleRnn(units, activation, sequences, backwards, 0, ZEROS, ZEROS, ZEROS);
  }

  @TestFactory
  Stream<DynamicTest> backward_anyLayer_matchesFiniteDifferences() {
    Shape sequence = Shape.of(5, 3);
    Shape state = Shape.of(4);
    return Stream.of(
        check("lstm, sequences", lstm(4, true, false, 0), 3, sequence),
        check("lstm, last, batch 1", lstm(4, false, false, 0), 1, sequence),
        check("lstm, backwards", lstm(4, true, true, 0), 2, sequence),
        check("lstm, last, backwards", lstm(3, false, true, 0), 2, sequence),
        check("lstm, wide, one step", lstm(19, true, false, 0), 2, Shape.of(1, 7)),
        check("lstm, h", lstm(4, true, false, 0), 2, sequence, state),
        check("lstm, h and c, backwards", lstm(4, true, true, 0), 2, sequence, state, state),
        check("gru, sequences", gru(4, true, false, 0), 3, sequence),
        check("gru, last, batch 1", gru(4, false, false, 0), 1, sequence),
        check("gru, backwards", gru(4, true, true, 0), 2, sequence),
        check("gru, wide", gru(19, true, false, 0), 2, Shape.of(2, 3)),
        check("gru, h", gru(4, false, false, 0), 2, sequence, state),
        check("simpleRnn, sequences", rnn(new Activation.Tanh(), 4, true, false), 3, sequence),
        check("simpleRnn, keeps z", rnn(new Activation.Silu(), 4, true, true), 2, sequence),
        check("simpleRnn, softmax", rnn(new Activation.Softmax(), 4, false, false), 2, sequence),
        check("simpleRnn, h", rnn(new Activation.Tanh(), 4, true, false), 2, sequence, state));
  }

  private static DynamicTest check(String name, LayerSpec layer, int rows, Shape... inputs) {
    return DynamicTest.dynamicTest(
        name,
        () -> GradientCheck.SMOOTH.run(NetworkTrial.ofLayer(layer, rows, inputs).randomize(1)));
  }

  /** Two windows trained together are two rows, the second starting from the first's states. */
  @TestFactory
  Stream<DynamicTest> backward_truncated_gradientOfWindowsOnTheirOwn() {
    return Stream.of(
        DynamicTest.dynamicTest("lstm", () -> truncated(lstm(4, true, false, 3), true)),
        DynamicTest.dynamicTest("gru", () -> truncated(gru(4, true, false, 3), false)));
  }

  private static void truncated(Recurrent layer, boolean hasCell) {
    NetworkTrial whole = NetworkTrial.ofLayer(layer, 1, Shape.of(5, 2)).randomize(3);
    NetworkTrial.Outcome outcome = whole.run();
    NetworkTrial first = window(whole, layer, 0, 3, null, null);
    NetworkTrial.Outcome firstOutcome = first.run();
    float[] h = Arrays.copyOfRange(outcome.outputs().get(0), 8, 12);
    float[] c = hasCell ? cellAfter(whole, first) : null;
    NetworkTrial second = window(whole, layer, 3, 5, h, c);
    NetworkTrial.Outcome secondOutcome = second.run();

    float[] inputGradient = new float[10];
    System.arraycopy(firstOutcome.inputGradients().get(0), 0, inputGradient, 0, 6);
    System.arraycopy(secondOutcome.inputGradients().get(0), 0, inputGradient, 6, 4);
    assertClose(inputGradient, outcome.inputGradients().get(0));
    float[] sum = new float[outcome.gradient().length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = firstOutcome.gradient()[i] + secondOutcome.gradient()[i];
    }
    assertClose(sum, outcome.gradient());
    float[] output = new float[20];
    System.arraycopy(firstOutcome.outputs().get(0), 0, output, 0, 12);
    System.arraycopy(secondOutcome.outputs().get(0), 0, output, 12, 8);
    assertClose(output, outcome.outputs().get(0));
  }

  /** Steps from..to of a trial as a trial of its own, with initial states. */
  private static NetworkTrial window(
      NetworkTrial whole, LayerSpec layer, int from, int to, float[] h, float[] c) {
    Shape steps = Shape.of(to - from, 2);
    Shape state = Shape.of(4);
    NetworkTrial trial =
        c != null
            ? NetworkTrial.ofLayer(layer, 1, steps, state, state)
            : h != null
                ? NetworkTrial.ofLayer(layer, 1, steps, state)
                : NetworkTrial.ofLayer(layer, 1, steps);
    System.arraycopy(whole.weights(), 0, trial.weights(), 0, whole.weights().length);
    System.arraycopy(whole.batch().input(0), from * 2, trial.batch().input(0), 0, (to - from) * 2);
    System.arraycopy(
        whole.batch().target(0), from * 4, trial.batch().target(0), 0, (to - from) * 4);
    trial.batch().weights()[0] = whole.batch().weights()[0];
    if (h != null) {
      System.arraycopy(h, 0, trial.batch().input(1), 0, 4);
    }
    if (c != null) {
      System.arraycopy(c, 0, trial.batch().input(2), 0, 4);
    }
    return trial;
  }

  /** The cell after a window, in double by the formulas. */
  private static float[] cellAfter(NetworkTrial whole, NetworkTrial window) {
    int steps = window.schema().inputs().get(0).shape().dim(0);
    var layout = whole.spec().layout();
    int w = layout.slice("layer/kernel").offset();
    int u = layout.slice("layer/recurrentKernel").offset();
    int b = layout.slice("layer/bias").offset();
    double[] h = new double[4];
    double[] c = new double[4];
    for (int t = 0; t < steps; t++) {
      double[] z = new double[16];
      for (int j = 0; j < 16; j++) {
        z[j] = whole.weights()[b + j];
        for (int i = 0; i < 2; i++) {
          z[j] += window.batch().input(0)[t * 2 + i] * whole.weights()[w + i * 16 + j];
        }
        for (int i = 0; i < 4; i++) {
          z[j] += h[i] * whole.weights()[u + i * 16 + j];
        }
      }
      for (int j = 0; j < 4; j++) {
        c[j] = sigmoid(z[4 + j]) * c[j] + sigmoid(z[j]) * Math.tanh(z[8 + j]);
        h[j] = sigmoid(z[12 + j]) * Math.tanh(c[j]);
      }
    }
    float[] cell = new float[4];
    for (int j = 0; j < 4; j++) {
      cell[j] = (float) c[j];
    }
    return cell;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static void assertClose(float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 3e-6 * Math.max(1, Math.abs(expected[i])), "at " + i);
    }
  }

  @Test
  void backward_windowOfAllSteps_isUntruncated() {
    float[] whole =
        NetworkTrial.ofLayer(lstm(4, true, false, 0), 2, Shape.of(5, 2))
            .randomize(3)
            .run()
            .gradient();
    float[] window =
        NetworkTrial.ofLayer(lstm(4, true, false, 5), 2, Shape.of(5, 2))
            .randomize(3)
            .run()
            .gradient();
    assertArrayEquals(whole, window);
  }

  @Test
  void forward_backwards_isForwardOnReversedSteps() {
    NetworkTrial backwards =
        NetworkTrial.ofLayer(gru(3, true, true, 0), 1, Shape.of(4, 2)).randomize(5);
    NetworkTrial forwards =
        NetworkTrial.ofLayer(gru(3, true, false, 0), 1, Shape.of(4, 2)).randomize(5);
    for (int t = 0; t < 4; t++) {
      System.arraycopy(
          backwards.batch().input(0), t * 2, forwards.batch().input(0), (3 - t) * 2, 2);
    }
    float[] expected = forwards.run().outputs().get(0);
    float[] actual = backwards.run().outputs().get(0);
    for (int t = 0; t < 4; t++) {
      assertArrayEquals(
          Arrays.copyOfRange(expected, (3 - t) * 3, (4 - t) * 3),
          Arrays.copyOfRange(actual, t * 3, (t + 1) * 3));
    }
  }

  @Test
  void constructor_badNumbers_areRejected() {
    assertThrows(IllegalArgumentException.class, () -> lstm(0, true, false, 0));
    assertThrows(IllegalArgumentException.class, () -> gru(1, true, false, -1));
    assertThrows(
        IllegalArgumentException.class, () -> new Lstm(1, true, false, 0, ZEROS, ZEROS, Float.NaN));
  }

  @Test
  void outputShape_badInputs_areRejectedWithWhatWasExpected() {
    Lstm lstm = lstm(4, true, false, 0);
    String notSequence =
        assertThrows(IllegalArgumentException.class, () -> lstm.outputShape(List.of(Shape.of(3))))
            .getMessage();
    assertTrue(notSequence.contains("[steps, features]"), notSequence);
    String badState =
        assertThrows(
                IllegalArgumentException.class,
                () -> lstm.outputShape(List.of(Shape.of(5, 3), Shape.of(3))))
            .getMessage();
    assertTrue(badState.contains("expected [4]"), badState);
  }

  @Test
  void initialize_lstm_startsForgetGateOpen() {
    NetworkSpec spec =
        NetworkSpec.sequential(
            new InputSpec("x", Shape.of(5, 3)),
            List.of(
                new Lstm(
                    2,
                    true,
                    false,
                    0,
                    new Initializer.GlorotUniform(),
                    new Initializer.Orthogonal(1),
                    1)));
    float[] weights = new float[spec.layout().size()];
    spec.initialize(7, weights);
    int bias = spec.layout().slice("lstm_1/bias").offset();
    assertArrayEquals(
        new float[] {0, 0, 1, 1, 0, 0, 0, 0}, Arrays.copyOfRange(weights, bias, bias + 8));
  }
}
