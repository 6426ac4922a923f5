package io.gradflow.common.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.Reshape;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.NetworkTrial;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class LossTest {
  private static final SoftmaxCrossEntropy PLAIN = new SoftmaxCrossEntropy(0, List.of());
  private static final SoftmaxCrossEntropy FULL =
      new SoftmaxCrossEntropy(0.2f, List.of(0.5f, 2f, 0f));

  @TestFactory
  Stream<DynamicTest> gradient_randomOutputs_matchesFiniteDifferences() {
    return Stream.of(
        check("index", PLAIN, 3, NetworkTrial.classIndex("label", 3), 4),
        check("index, one row", PLAIN, 3, NetworkTrial.classIndex("label", 3), 1),
        check("index, many classes", PLAIN, 41, NetworkTrial.classIndex("label", 41), 2),
        check("index, smoothing, weights", FULL, 3, NetworkTrial.classIndex("label", 3), 5),
        check("probabilities", PLAIN, 3, probabilities(3), 4),
        check("probabilities, smoothing, weights", FULL, 3, probabilities(3), 5),
        check("labels", new SigmoidCrossEntropy(), 5, probabilities(5), 3),
        check("binary", new SigmoidCrossEntropy(), 1, NetworkTrial.classIndex("label", 2), 5),
        check("squared", new SquaredError(), 5, numbers(5), 3),
        check("absolute", new AbsoluteError(), 5, numbers(5), 3),
        check("huber", new Huber(0.8f), 5, numbers(5), 3));
  }

  private static DynamicTest check(String name, LossSpec loss, int width, Field target, int rows) {
    return DynamicTest.dynamicTest(
        name, () -> GradientCheck.SMOOTH.run(trial(loss, width, target, rows)));
  }

  /** The loss on the input itself, by way of a view; targets called p are made probabilities. */
  private static NetworkTrial trial(LossSpec loss, int width, Field target, int rows) {
    Shape shape = Shape.of(width);
    NetworkSpec spec =
        NetworkSpec.sequential(new InputSpec("z", shape), List.of(new Reshape(shape)));
    ExampleSchema schema =
        new ExampleSchema(List.of(NetworkTrial.number("z", shape)), List.of(target));
    NetworkTrial trial = NetworkTrial.of(spec, List.of(loss), schema, rows).randomize(12);
    if (target.name().equals("p")) {
      float[] p = trial.batch().target(0);
      for (int i = 0; i < p.length; i++) {
        p[i] = Math.min(1, Math.abs(p[i]) / 3);
      }
    }
    return trial;
  }

  /** Halves and doubles of one row: example weights scale a row's loss, weight and gradient. */
  @Test
  void accumulate_exampleWeight_scalesTheRow() {
    for (LossSpec spec : List.of(PLAIN, FULL)) {
      Loss loss = spec.bind(Shape.of(3), NetworkTrial.classIndex("label", 3));
      float[] z = {0.5f, -1, 2};
      LossSums one = new LossSums();
      float[] gradient = new float[3];
      loss.accumulate(1, z, 0, new float[] {1}, 0, new float[] {1}, 0, gradient, 0, one);
      LossSums four = new LossSums();
      float[] fourfold = new float[3];
      loss.accumulate(1, z, 0, new float[] {1}, 0, new float[] {4}, 0, fourfold, 0, four);
      assertEquals(4 * one.lossSum(), four.lossSum());
      assertEquals(4 * one.weightSum(), four.weightSum());
      for (int k = 0; k < 3; k++) {
        assertEquals(4 * gradient[k], fourfold[k]);
      }
    }
  }

  @Test
  void accumulate_offsets_areRespected() {
    Loss loss = new SquaredError().bind(Shape.of(2), numbers(2));
    LossSums sums = new LossSums();
    float[] gradient = {9, 9, 9, 9, 9};
    loss.accumulate(
        1,
        new float[] {7, 7, 3, 5},
        2,
        new float[] {7, 1, 1},
        1,
        new float[] {7, 7, 7, 2},
        3,
        gradient,
        1,
        sums);
    assertEquals(2 * (4 + 16) / 2.0, sums.lossSum());
    assertEquals(2, sums.weightSum());
    assertArrayEquals(new float[] {9, 4, 8, 9, 9}, gradient);
  }

  @Test
  void accumulate_labelOutOfRange_namesRowLabelAndClasses() {
    Loss loss = PLAIN.bind(Shape.of(3), NetworkTrial.classIndex("label", 3));
    for (float label : new float[] {3, -1, 0.5f, Float.NaN}) {
      assertEquals(
          "row 1: label " + label + "; expected a class index in [0, 3)",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> accumulate(loss, new float[6], new float[] {0, label}))
              .getMessage());
    }
  }

  @Test
  void accumulate_targetThatIsNoProbability_namesTheRow() {
    for (LossSpec spec : List.of(new SigmoidCrossEntropy(), PLAIN)) {
      Loss loss = spec.bind(Shape.of(2), probabilities(2));
      assertEquals(
          "row 1: target -1.0; expected a probability in [0, 1]",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> accumulate(loss, new float[4], new float[] {0, 1, 0.5f, -1}))
              .getMessage());
    }
  }

  @Test
  void bind_shapesThatDoNotFit_areFaults() {
    assertFault(
        "output [2, 2] does not match target label (one of 4 classes); expected output [4]",
        () -> PLAIN.bind(Shape.of(2, 2), NetworkTrial.classIndex("label", 4)));
    assertFault(
        "3 class weights for 4 classes",
        () -> FULL.bind(Shape.of(4), NetworkTrial.classIndex("label", 4)));
    assertFault(
        "output [2] does not match target label (one of 2 classes); expected output [1] and 2"
            + " classes, or softmaxCrossEntropy",
        () -> new SigmoidCrossEntropy().bind(Shape.of(2), NetworkTrial.classIndex("label", 2)));
    assertFault(
        "output [2] does not match target y [3]; expected 2 numbers",
        () -> new SquaredError().bind(Shape.of(2), numbers(3)));
    assertFault(
        "output [1] does not match target label (one of 2 classes); expected 1 numbers",
        () -> new Huber(1).bind(Shape.of(1), NetworkTrial.classIndex("label", 2)));
  }

  @Test
  void constructor_parametersOutOfRange_areRejected() {
    assertThrows(IllegalArgumentException.class, () -> new SoftmaxCrossEntropy(1, List.of()));
    assertThrows(IllegalArgumentException.class, () -> new SoftmaxCrossEntropy(-0.1f, List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> new SoftmaxCrossEntropy(0, List.of(1f, -1f)));
    assertThrows(IllegalArgumentException.class, () -> new Huber(0));
  }

  private static void accumulate(Loss loss, float[] outputs, float[] targets) {
    loss.accumulate(
        2, outputs, 0, targets, 0, new float[] {1, 1}, 0, outputs.clone(), 0, new LossSums());
  }

  private static void assertFault(String message, Runnable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action::run).getMessage());
  }

  private static Field numbers(int width) {
    return NetworkTrial.number("y", Shape.of(width));
  }

  private static Field probabilities(int width) {
    return NetworkTrial.number("p", Shape.of(width));
  }
}
