package io.gradflow.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.data.Field;
import io.gradflow.common.nn.Network;
import io.gradflow.driver.check.CentralDifference;
import java.util.Arrays;

/**
 * Checks a backward pass against central finite differences of the loss sum, for every element of
 * every number input and every trainable parameter; and that chunks of rows leave the same bits.
 *
 * <p>The stencil is of fourth order, (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h, with h = 1/32:
 * for smooth functions of order 1 its truncation error is near h^4 / 30 = 3e-8, and float32
 * rounding of order 1e-7 in the outputs becomes 1e-7 / h = 3e-6 in the derivative. The default
 * tolerance of 2e-4 of the tensor's largest gradient leaves room for sums of many outputs and finds
 * any wrong term. Functions with kinks (relu, absolute error) are piecewise smooth: give a small
 * step and a tolerance to match, and a seed whose kinks are farther than two steps.
 *
 * @param step h
 * @param tolerance relative to the largest gradient of the tensor, or absolute where that is below
 *     1
 */
public record GradientCheck(double step, double tolerance) {
  /** For smooth functions. */
  public static final GradientCheck SMOOTH = new GradientCheck(0x1p-5, 2e-4);

  /** For functions with kinks: rounding of 1e-7 in the outputs becomes 1e-4 in the derivative. */
  public static final GradientCheck KINKED = new GradientCheck(0x1p-10, 2e-3);

  /** Checks the gradients and the bits of chunked rows. */
  public void run(NetworkTrial trial) {
    gradients(trial);
    sameBitsInChunks(trial);
  }

  /** Checks the gradients alone: for layers whose rows depend on each other. */
  public void gradients(NetworkTrial trial) {
    NetworkTrial.Outcome outcome = trial.run();
    Network network = trial.bind();
    for (ParamSlice slice : trial.spec().layout().slices()) {
      if (slice.trainable()) {
        compare(
            trial,
            network,
            slice.name(),
            trial.weights(),
            slice.offset(),
            slice.size(),
            outcome.gradient());
      }
    }
    for (int i = 0; i < trial.schema().inputs().size(); i++) {
      Field field = trial.schema().inputs().get(i);
      if (field.kind() == Field.Kind.NUMBER) {
        float[] gradient = outcome.inputGradients().get(i);
        compare(trial, network, field.name(), trial.batch().input(i), 0, gradient.length, gradient);
      }
    }
  }

  private void compare(
      NetworkTrial trial,
      Network network,
      String tensor,
      float[] values,
      int offset,
      int size,
      float[] gradient) {
    double scale = 1;
    for (int i = offset; i < offset + size; i++) {
      scale = Math.max(scale, Math.abs(gradient[i]));
    }
    for (int i = offset; i < offset + size; i++) {
      double numeric = derivative(trial, network, values, i);
      int element = i - offset;
      assertEquals(
          numeric,
          gradient[i],
          tolerance * scale,
          () -> "gradient of " + tensor + " at element " + element + " (" + trial + ")");
    }
  }

  private double derivative(NetworkTrial trial, Network network, float[] values, int i) {
    float value = values[i];
    double derivative =
        CentralDifference.of(h -> slope(trial, network, values, i, value, (float) h), step);
    values[i] = value;
    return derivative;
  }

  /** (f(v + h) - f(v - h)) / 2h, with h as it is after rounding. */
  private static double slope(
      NetworkTrial trial, Network network, float[] values, int i, float value, float h) {
    values[i] = value + h;
    double above = trial.lossSum(network);
    double width = values[i];
    values[i] = value - h;
    double below = trial.lossSum(network);
    return (above - below) / (width - values[i]);
  }

  /** Asserts that one pass, passes of one row and passes of uneven chunks leave the same bits. */
  public static void sameBitsInChunks(NetworkTrial trial) {
    int rows = trial.batch().rows();
    NetworkTrial.Outcome whole = trial.run();
    int[] ones = new int[rows];
    Arrays.fill(ones, 1);
    assertSameBits(whole, trial.runInChunks(ones));
    if (rows > 2) {
      assertSameBits(whole, trial.runInChunks(2, rows - 2));
      assertSameBits(whole, trial.runInChunks(rows - 1, 1));
    }
  }

  /** Asserts that two outcomes are equal bit for bit. */
  public static void assertSameBits(NetworkTrial.Outcome expected, NetworkTrial.Outcome actual) {
    for (int i = 0; i < expected.outputs().size(); i++) {
      assertArrayEquals(expected.outputs().get(i), actual.outputs().get(i), "output " + i);
    }
    for (int i = 0; i < expected.inputGradients().size(); i++) {
      assertArrayEquals(
          expected.inputGradients().get(i),
          actual.inputGradients().get(i),
          "gradient by input " + i);
    }
    assertArrayEquals(expected.gradient(), actual.gradient(), "gradient");
    assertEquals(expected.lossSum(), actual.lossSum(), "loss sum");
    assertEquals(expected.weightSum(), actual.weightSum(), "weight sum");
  }
}
