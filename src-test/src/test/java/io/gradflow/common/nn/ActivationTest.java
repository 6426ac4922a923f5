package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.Shape;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.NetworkTrial;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

class ActivationTest {
  private static final List<Activation> ALL =
      List.of(
          new Activation.Identity(),
          new Activation.Elu(1),
          new Activation.Gelu(),
          new Activation.Silu(),
          new Activation.Sigmoid(),
          new Activation.Tanh(),
          new Activation.Softplus(),
          new Activation.Softmax(),
          new Activation.Relu(),
          new Activation.LeakyRelu(0.1f),
          new Activation.Elu(0.5f),
          new Activation.Selu());

  @TestFactory
  Stream<DynamicTest> backward_asLayer_matchesFiniteDifferences() {
    return each(
        ALL,
        f ->
            () -> {
              GradientCheck.SMOOTH.run(asLayer(f, 3, Shape.of(7)));
              GradientCheck.SMOOTH.run(asLayer(f, 1, Shape.of(2, 5)));
            });
  }

  @Test
  void backward_softmaxOfRankTwo_actsAlongTheLastAxis() {
    GradientCheck.SMOOTH.run(asLayer(new Activation.Softmax(), 2, Shape.of(3, 4)));
  }

  /** Widths on either side of a vector, so that vector and scalar code both take part. */
  @TestFactory
  Stream<DynamicTest> withBias_anyActivation_hasTheBitsOfTheUnfusedTwin() {
    return each(
        ALL,
        f ->
            () -> {
              for (int width : new int[] {1, 5, 37}) {
                assertFusedEqualsUnfused(f, 4, width);
              }
            });
  }

  @Test
  void constructor_parameterOutOfRange_isRejected() {
    assertThrows(IllegalArgumentException.class, () -> new Activation.LeakyRelu(-0.1f));
    assertThrows(IllegalArgumentException.class, () -> new Activation.LeakyRelu(Float.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Activation.Elu(0));
    assertThrows(IllegalArgumentException.class, () -> new Activation.Elu(Float.POSITIVE_INFINITY));
  }

  private static void assertFusedEqualsUnfused(Activation f, int rows, int width) {
    int n = rows * width;
    float[] z = normal(1, n);
    float[] bias = normal(2, width);
    float[] dy = normal(3, n);
    float[] start = normal(4, width);

    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = z[i] + bias[i % width];
    }
    float[] y = new float[n];
    f.forward(rows, width, x, 0, y, 0);
    float[] dx = new float[n];
    f.backward(rows, width, x, 0, y, 0, dy, 0, dx, 0);
    float[] biasGradient = start.clone();
    for (int i = 0; i < n; i++) {
      biasGradient[i % width] += dx[i];
    }

    boolean inPlace = !f.backwardReadsInput();
    float[] fusedX = z.clone();
    float[] fusedY = inPlace ? fusedX : new float[n];
    f.forwardWithBias(rows, width, fusedX, 0, bias, 0, fusedY, 0);
    assertArrayEquals(y, fusedY, f + " forward");
    float[] fusedDx = dy.clone();
    float[] fusedBiasGradient = start.clone();
    f.backwardWithBias(rows, width, fusedX, 0, fusedY, 0, fusedDx, 0, fusedBiasGradient, 0);
    assertArrayEquals(dx, fusedDx, f + " backward");
    assertArrayEquals(biasGradient, fusedBiasGradient, f + " bias gradient");
  }

  private static float[] normal(long key, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) CounterRng.gaussian(key, i);
    }
    return values;
  }

  /** Inputs keep 0.1 from 0, more than two steps of the check: the kinks are all at 0. */
  private static NetworkTrial asLayer(Activation f, int rows, Shape shape) {
    NetworkTrial trial = NetworkTrial.ofLayer(new ActivationLayer(f), rows, shape).randomize(3);
    float[] x = trial.batch().input(0);
    for (int i = 0; i < x.length; i++) {
      x[i] += Math.copySign(0.1f, x[i]);
    }
    return trial;
  }

  private static Stream<DynamicTest> each(
      List<Activation> activations, Function<Activation, Executable> test) {
    return activations.stream().map(f -> DynamicTest.dynamicTest(f.toString(), test.apply(f)));
  }
}
