package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.NetworkTrial;
import io.gradflow.testkit.Windowed;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ConvolutionTest {
  private static final Padding SAME = new Padding.Same();

  @TestFactory
  Stream<DynamicTest> backward_anyWindow_matchesFiniteDifferences() {
    Windowed three = Windowed.kernel(3).activation(new Activation.Tanh());
    Windowed same = three.padding(SAME);
    return Stream.of(
        check("valid", three.conv2d(2), 3, Shape.of(4, 5, 5)),
        check("one channel", same.conv2d(3), 3, Shape.of(3, 4, 1)),
        check("three channels", same.stride(2).conv2d(2), 2, Shape.of(4, 5, 3)),
        check("batch 1", same.stride(2).conv2d(2), 1, Shape.of(5, 4, 6)),
        check(
            "keeps its input",
            same.activation(new Activation.Gelu()).conv2d(2),
            2,
            Shape.of(3, 2, 5)),
        check("dilation", same.dilation(2).conv2d(2), 2, Shape.of(4, 5, 5)),
        check("stride 3, dilation 2", same.dilation(2).stride(3).conv2d(2), 2, Shape.of(7, 8, 5)),
        check("groups", same.groups(2).conv2d(4), 2, Shape.of(3, 4, 10)),
        check("groups without bias", three.groups(2).withoutBias().conv2d(2), 2, Shape.of(3, 4, 4)),
        check(
            "explicit padding larger than the window",
            Windowed.kernel(2).padding(new Padding.Explicit(List.of(3))).conv2d(2),
            2,
            Shape.of(2, 3, 5)),
        check("pointwise", Windowed.kernel(1).conv2d(3), 3, Shape.of(2, 3, 5)),
        check("a channel a group", same.groups(3).conv2d(6), 2, Shape.of(4, 3, 3)),
        check("depthwise", same.depthwise(1), 2, Shape.of(4, 3, 18)),
        check(
            "depthwise multiplier", same.stride(2).dilation(2).depthwise(2), 3, Shape.of(5, 4, 2)),
        check("separable", same.separable(3, 2), 2, Shape.of(3, 4, 2)),
        check("separable stride", same.stride(2).separable(2, 1), 3, Shape.of(5, 4, 3)),
        check("transposed", three.transposed(2), 3, Shape.of(3, 2, 3)),
        check("transposed same", same.stride(2).transposed(3), 1, Shape.of(3, 4, 2)),
        check(
            "transposed, kernel below stride", three.stride(4).transposed(2), 2, Shape.of(2, 2, 5)),
        check("transposed groups", three.stride(2).groups(2).transposed(4), 2, Shape.of(2, 3, 6)),
        check("transposed dilation", same.dilation(2).transposed(1), 2, Shape.of(3, 4, 5)),
        check("transposed pointwise", Windowed.kernel(1).transposed(3), 2, Shape.of(2, 3, 5)),
        check("conv1d", same.conv1d(3), 3, Shape.of(7, 2)),
        check("conv1d stride", same.stride(2).dilation(2).conv1d(3), 2, Shape.of(7, 5)));
  }

  private static DynamicTest check(String name, LayerSpec layer, int rows, Shape input) {
    return DynamicTest.dynamicTest(
        name,
        () -> GradientCheck.SMOOTH.run(NetworkTrial.ofLayer(layer, rows, input).randomize(1)));
  }

  @Test
  void outputShape_same_isCeilOfInputByStride() {
    Shape input = Shape.of(7, 8, 3);
    Windowed three = Windowed.kernel(3).padding(SAME);
    assertEquals(Shape.of(7, 8, 5), three.conv2d(5).outputShape(List.of(input)));
    assertEquals(Shape.of(4, 4, 5), three.stride(2).conv2d(5).outputShape(List.of(input)));
    assertEquals(Shape.of(3, 2, 5), three.stride(3, 5).conv2d(5).outputShape(List.of(input)));
  }

  @Test
  void outputShape_validAndExplicit_isWhatFits() {
    Shape input = Shape.of(7, 8, 3);
    Windowed three = Windowed.kernel(3).stride(2);
    assertEquals(Shape.of(3, 3, 5), three.conv2d(5).outputShape(List.of(input)));
    Padding one = new Padding.Explicit(List.of(1));
    assertEquals(Shape.of(4, 4, 5), three.padding(one).conv2d(5).outputShape(List.of(input)));
    Padding sides = new Padding.Explicit(List.of(0, 4, 2, 1));
    assertEquals(Shape.of(5, 5, 5), three.padding(sides).conv2d(5).outputShape(List.of(input)));
  }

  @Test
  void outputShape_transposed_isTheConvolutionsInput() {
    Shape input = Shape.of(4, 5, 3);
    Windowed three = Windowed.kernel(3).stride(2);
    assertEquals(Shape.of(9, 11, 6), three.transposed(6).outputShape(List.of(input)));
    assertEquals(Shape.of(8, 10, 6), three.padding(SAME).transposed(6).outputShape(List.of(input)));
    Padding one = new Padding.Explicit(List.of(1));
    assertEquals(Shape.of(7, 9, 6), three.padding(one).transposed(6).outputShape(List.of(input)));
    Padding all = new Padding.Explicit(List.of(5));
    assertThrows(
        IllegalArgumentException.class,
        () -> three.padding(all).transposed(6).outputShape(List.of(input)));
  }

  @Test
  void outputShape_windowLargerThanInput_saysBoth() {
    LayerSpec layer = Windowed.kernel(3).dilation(2).conv2d(1);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> layer.outputShape(List.of(Shape.of(5, 4, 1))));
    assertTrue(e.getMessage().contains("window of 5 on axis 1"), e.getMessage());
    assertTrue(e.getMessage().contains("expected at most 4"), e.getMessage());
  }

  @Test
  void outputShape_imageWithoutChannels_asksForThem() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Windowed.kernel(3).conv2d(1).outputShape(List.of(Shape.of(28, 28))));
    assertTrue(e.getMessage().contains("reshape it to have channels"), e.getMessage());
  }

  @Test
  void constructor_wrongNumbers_areRejected() {
    assertThrows(IllegalArgumentException.class, () -> Windowed.kernel(3).conv2d(0));
    assertThrows(IllegalArgumentException.class, () -> Windowed.kernel(0).conv2d(1));
    assertThrows(IllegalArgumentException.class, () -> Windowed.kernel(3, 3, 3).conv2d(1));
    assertThrows(IllegalArgumentException.class, () -> Windowed.kernel(3).stride(0).conv1d(1));
    assertThrows(IllegalArgumentException.class, () -> Windowed.kernel(3).groups(2).conv2d(3));
    assertThrows(IllegalArgumentException.class, () -> Windowed.kernel(3).depthwise(0));
    assertThrows(
        IllegalArgumentException.class,
        () -> Windowed.kernel(3).groups(2).conv2d(2).outputShape(List.of(Shape.of(3, 3, 3))));
    assertThrows(IllegalArgumentException.class, () -> new Padding.Explicit(List.of(-1)));
  }

  /** He's fanIn of a kernel is its receptive field times the channels that it reads. */
  @Test
  void params_fans_countTheReceptiveField() {
    Shape grouped =
        Windowed.kernel(3, 5).groups(2).conv2d(8).params(List.of(Shape.of(9, 9, 6))).get(0).shape();
    assertEquals(3 * 5 * 3, Draws.fanIn(grouped));
    assertEquals(3 * 5 * 8, Draws.fanOut(grouped));
    Shape depthwise =
        Windowed.kernel(3).depthwise(2).params(List.of(Shape.of(9, 9, 6))).get(0).shape();
    assertEquals(9, Draws.fanIn(depthwise));
    assertEquals(9 * 12, Draws.fanOut(depthwise));
  }
}
