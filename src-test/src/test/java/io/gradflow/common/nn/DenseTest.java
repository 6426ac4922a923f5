package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gradflow.common.array.Shape;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.NetworkTrial;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DenseTest {
  private static Dense dense(int units, Activation activation, boolean useBias) {
    return new Dense(
        units, activation, new Initializer.GlorotUniform(), new Initializer.Zeros(), useBias);
  }

  @TestFactory
  Stream<DynamicTest> backward_anyShape_matchesFiniteDifferences() {
    Activation tanh = new Activation.Tanh();
    return Stream.of(
        check("batch 3", dense(5, tanh, true), 3, Shape.of(4)),
        check("batch 1", dense(5, tanh, true), 1, Shape.of(7)),
        check("one unit", dense(1, new Activation.Identity(), true), 5, Shape.of(3)),
        check("without bias", dense(3, tanh, false), 4, Shape.of(2)),
        check(
            "without bias, keeps its input",
            dense(3, new Activation.Gelu(), false),
            4,
            Shape.of(2)),
        check("keeps its input", dense(17, new Activation.Silu(), true), 4, Shape.of(2)),
        check("last axis", dense(3, tanh, true), 2, Shape.of(2, 3, 5)),
        check("single number", dense(3, tanh, true), 2, Shape.of()));
  }

  private static DynamicTest check(String name, LayerSpec layer, int rows, Shape input) {
    return DynamicTest.dynamicTest(
        name,
        () -> GradientCheck.SMOOTH.run(NetworkTrial.ofLayer(layer, rows, input).randomize(1)));
  }

  @Test
  void backward_relu_matchesFiniteDifferences() {
    GradientCheck.KINKED.run(
        NetworkTrial.ofLayer(dense(6, new Activation.Relu(), true), 5, Shape.of(4)).randomize(2));
  }

  @Test
  void outputShape_rankThree_replacesLastAxis() {
    Dense dense = dense(7, new Activation.Identity(), true);
    assertEquals(Shape.of(2, 3, 7), dense.outputShape(List.of(Shape.of(2, 3, 5))));
    assertEquals(Shape.of(5, 7), dense.params(List.of(Shape.of(2, 3, 5))).get(0).shape());
  }

  @Test
  void constructor_noUnits_isRejected() {
    assertThrows(IllegalArgumentException.class, () -> dense(0, new Activation.Identity(), true));
  }
}
