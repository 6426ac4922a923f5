package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gradflow.common.array.Shape;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.MaskedBy;
import io.gradflow.testkit.NetworkTrial;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers of several inputs; what they compute is in the golden files that NormTest reads. */
class MergeLayersTest {
  @Test
  void gradient_ofEveryMerge_matchesFiniteDifferences() {
    Shape shape = Shape.of(2, 3);
    for (LayerSpec layer : List.of(new Add(), new Multiply(), new Concat(-1), new Concat(0))) {
      GradientCheck.SMOOTH.run(NetworkTrial.ofLayer(layer, 3, shape, shape).randomize(1));
      GradientCheck.SMOOTH.run(NetworkTrial.ofLayer(layer, 1, shape, shape, shape).randomize(2));
    }
    GradientCheck.SMOOTH.run(
        NetworkTrial.ofLayer(new Concat(1), 2, Shape.of(2, 1, 3), Shape.of(2, 4, 3)).randomize(3));
  }

  /** Steps of both sequences follow each other, and their masks; what is unmasked counts. */
  @Test
  void concat_alongSteps_concatenatesMasks() {
    NetworkTrial trial =
        NetworkTrial.ofNetwork(
            new NetworkSpec(
                List.of(
                    new InputSpec("x", Shape.of(3, 2)),
                    new InputSpec("mask", Shape.of(3)),
                    new InputSpec("z", Shape.of(2, 2))),
                List.of(
                    new NodeSpec("masked", new MaskedBy(), List.of("x", "mask")),
                    new NodeSpec("both", new Concat(0), List.of("masked", "z"))),
                List.of("both")),
            2);
    trial.randomize(1);
    System.arraycopy(new float[] {1, 0, 0, 1, 1, 0}, 0, trial.batch().input(1), 0, 6);
    Arrays.fill(trial.batch().weights(), 1);

    assertEquals(1 + 2 + 2 + 2, trial.run().weightSum(), 0);
    GradientCheck.SMOOTH.run(trial);
  }

  @Test
  void outputShape_inputsThatDoNotFit_areRefused() {
    Shape a = Shape.of(2, 3);
    Shape b = Shape.of(2, 4);
    assertThrows(IllegalArgumentException.class, () -> new Add().outputShape(List.of(a)));
    assertThrows(IllegalArgumentException.class, () -> new Add().outputShape(List.of(a, b)));
    assertThrows(IllegalArgumentException.class, () -> new Multiply().outputShape(List.of(a, b)));
    assertThrows(IllegalArgumentException.class, () -> new Concat(0).outputShape(List.of(a, b)));
    assertThrows(IllegalArgumentException.class, () -> new Concat(2).outputShape(List.of(a, a)));
    assertThrows(
        IllegalArgumentException.class, () -> new Concat(0).outputShape(List.of(a, Shape.of(3))));
    assertEquals(Shape.of(2, 7), new Concat(-1).outputShape(List.of(a, b)));
  }
}
