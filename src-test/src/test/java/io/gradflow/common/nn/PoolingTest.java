package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.NetworkTrial;
import io.gradflow.testkit.Windowed;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PoolingTest {
  private static final Padding SAME = new Padding.Same();
  private static final Padding VALID = new Padding.Valid();
  private static final Optional<List<Integer>> AS_SIZE = Optional.empty();
  private static final Optional<List<Integer>> TWO = Optional.of(List.of(2));

  @TestFactory
  Stream<DynamicTest> backward_anyWindow_matchesFiniteDifferences() {
    return Stream.of(
        check("max", new MaxPool2d(List.of(2), AS_SIZE, VALID), 3, Shape.of(4, 6, 3)),
        check("max odd", new MaxPool2d(List.of(2), AS_SIZE, VALID), 2, Shape.of(5, 3, 17)),
        check("max overlap", new MaxPool2d(List.of(3, 2), TWO, SAME), 1, Shape.of(5, 4, 2)),
        check("max 1d", new MaxPool1d(3, Optional.of(1), VALID), 3, Shape.of(6, 2)),
        check("max all", new GlobalMaxPool(), 3, Shape.of(3, 2, 2)),
        check("mean", new AvgPool2d(List.of(2), AS_SIZE, VALID), 3, Shape.of(4, 6, 3)),
        check("mean overlap", new AvgPool2d(List.of(3, 2), TWO, SAME), 1, Shape.of(5, 4, 18)),
        check("mean 1d", new AvgPool1d(3, Optional.of(2), SAME), 3, Shape.of(6, 2)),
        check("mean all", new GlobalAvgPool(), 3, Shape.of(5, 2)));
  }

  private static DynamicTest check(String name, LayerSpec layer, int rows, Shape input) {
    return DynamicTest.dynamicTest(
        name,
        () -> GradientCheck.KINKED.run(NetworkTrial.ofLayer(layer, rows, input).randomize(4)));
  }

  /** Padding would win over negative numbers if it were zero, and count as an element. */
  @Test
  void forward_borders_ignorePadding() {
    Shape input = Shape.of(3, 1, 1);
    float[] values = {-4, -2, -9};
    assertArrayEquals(
        new float[] {-2, -9}, output(new MaxPool2d(List.of(2), TWO, SAME), input, values));
    assertArrayEquals(
        new float[] {-3, -9}, output(new AvgPool2d(List.of(2), TWO, SAME), input, values));
  }

  @Test
  void forward_nan_wins() {
    float[] out =
        output(
            new MaxPool1d(2, Optional.empty(), VALID),
            Shape.of(6, 1),
            new float[] {Float.NaN, 1, 2, Float.NaN, 3, 4});
    assertTrue(Float.isNaN(out[0]) && Float.isNaN(out[1]));
    assertEquals(4, out[2]);
  }

  @Test
  void backward_equalMaxima_firstGetsTheGradient() {
    NetworkTrial trial =
        NetworkTrial.ofLayer(new MaxPool2d(List.of(2), AS_SIZE, VALID), 1, Shape.of(2, 2, 1));
    System.arraycopy(new float[] {1, 5, 5, 5}, 0, trial.batch().input(0), 0, 4);
    trial.batch().target(0)[0] = 7;
    assertArrayEquals(new float[] {0, 7, 0, 0}, trial.run().inputGradients().get(0));
  }

  @Test
  void outputShape_windowWithinPadding_isRejected() {
    LayerSpec pool = new MaxPool2d(List.of(2), AS_SIZE, new Padding.Explicit(List.of(2)));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> pool.outputShape(List.of(Shape.of(4, 4, 1))));
    assertTrue(e.getMessage().contains("hides whole windows"), e.getMessage());
  }

  /**
   * Windows of two by two in one pass leave what tap after tap leaves: the image framed by its
   * smallest values' padding has the same windows, shifted by one.
   */
  @Test
  void twoByTwo_onePass_equalsTaps() {
    LayerSpec pairs = new MaxPool2d(List.of(2), AS_SIZE, VALID);
    LayerSpec taps = new MaxPool2d(List.of(2), AS_SIZE, new Padding.Explicit(List.of(0, 1)));
    NetworkTrial direct = NetworkTrial.ofLayer(pairs, 3, Shape.of(4, 6, 11)).randomize(6);
    NetworkTrial padded = NetworkTrial.ofLayer(taps, 3, Shape.of(4, 4, 11));
    for (int r = 0; r < 3 * 4; r++) {
      System.arraycopy(
          direct.batch().input(0), (r * 6 + 1) * 11, padded.batch().input(0), r * 44, 44);
      // What padding hides: the first and last column.
      Arrays.fill(direct.batch().input(0), r * 66, r * 66 + 11, Float.NEGATIVE_INFINITY);
      Arrays.fill(direct.batch().input(0), r * 66 + 55, r * 66 + 66, Float.NEGATIVE_INFINITY);
    }
    System.arraycopy(direct.batch().target(0), 0, padded.batch().target(0), 0, 3 * 2 * 3 * 11);
    System.arraycopy(direct.batch().weights(), 0, padded.batch().weights(), 0, 3);
    NetworkTrial.Outcome expected = padded.run();
    NetworkTrial.Outcome actual = direct.run();
    assertArrayEquals(expected.outputs().get(0), actual.outputs().get(0));
    for (int r = 0; r < 3 * 4; r++) {
      assertArrayEquals(
          Arrays.copyOfRange(expected.inputGradients().get(0), r * 44, r * 44 + 44),
          Arrays.copyOfRange(actual.inputGradients().get(0), (r * 6 + 1) * 11, (r * 6 + 5) * 11));
    }
  }

  /** A convolution and the pooling of its output, as one step and apart. */
  @Test
  void gradient_convolutionAndPoolFused_equalsTheTwoApart() {
    InputSpec input = new InputSpec("x", Shape.of(6, 5, 3));
    NodeSpec convolution =
        new NodeSpec(
            "conv",
            Windowed.kernel(3).padding(SAME).activation(new Activation.Relu()).conv2d(9),
            List.of("x"));
    NodeSpec pool =
        new NodeSpec("pool", new MaxPool2d(List.of(2), AS_SIZE, VALID), List.of("conv"));
    NetworkSpec fused =
        new NetworkSpec(List.of(input), List.of(convolution, pool), List.of("pool"));
    // An output that nothing is asked of keeps the two apart.
    NetworkSpec apart =
        new NetworkSpec(List.of(input), List.of(convolution, pool), List.of("pool", "conv"));
    NetworkTrial one = NetworkTrial.ofNetwork(fused, 5).randomize(8);
    NetworkTrial two = NetworkTrial.ofNetwork(apart, 5).randomize(8);
    Arrays.fill(two.batch().target(1), 0f);
    System.arraycopy(one.batch().target(0), 0, two.batch().target(0), 0, 5 * 3 * 2 * 9);
    GradientCheck.sameBitsInChunks(one);
    NetworkTrial.Outcome actual = one.run();
    NetworkTrial.Outcome expected = two.run();
    assertArrayEquals(expected.outputs().get(0), actual.outputs().get(0));
    assertArrayEquals(expected.gradient(), actual.gradient());
    assertArrayEquals(expected.inputGradients().get(0), actual.inputGradients().get(0));
  }

  private static float[] output(LayerSpec layer, Shape input, float[] values) {
    NetworkTrial trial = NetworkTrial.ofLayer(layer, 1, input);
    System.arraycopy(values, 0, trial.batch().input(0), 0, values.length);
    return trial.run().outputs().get(0);
  }
}
