package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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

class ResizingTest {
  private static final Upsample2d.Interpolation NEAREST = Upsample2d.Interpolation.NEAREST;
  private static final Upsample2d.Interpolation BILINEAR = Upsample2d.Interpolation.BILINEAR;

  @TestFactory
  Stream<DynamicTest> backward_anyShape_matchesFiniteDifferences() {
    return Stream.of(
        check("nearest", new Upsample2d(List.of(2, 3), NEAREST), 3, Shape.of(2, 3, 2)),
        check("bilinear", new Upsample2d(List.of(3, 2), BILINEAR), 2, Shape.of(3, 2, 17)),
        check("bilinear one pixel", new Upsample2d(List.of(2), BILINEAR), 1, Shape.of(1, 1, 2)),
        check("zeroPad2d", new ZeroPad2d(List.of(1, 0, 2, 3)), 3, Shape.of(2, 3, 2)),
        check("crop2d", new Crop2d(List.of(0, 1, 2, 0)), 3, Shape.of(3, 4, 2)));
  }

  private static DynamicTest check(String name, LayerSpec layer, int rows, Shape input) {
    return DynamicTest.dynamicTest(
        name,
        () -> GradientCheck.SMOOTH.run(NetworkTrial.ofLayer(layer, rows, input).randomize(1)));
  }

  @Test
  void forward_cropOfPad_isTheImage() {
    NetworkSpec network =
        NetworkSpec.sequential(
            new InputSpec("x", Shape.of(3, 2, 2)),
            List.of(new ZeroPad2d(List.of(1, 2)), new Crop2d(List.of(1, 2))));
    NetworkTrial trial = NetworkTrial.ofNetwork(network, 2).randomize(3);
    assertArrayEquals(trial.batch().input(0), trial.run().outputs().get(0));
  }

  @Test
  void forward_pad_isZeroAround() {
    NetworkTrial trial =
        NetworkTrial.ofLayer(new ZeroPad2d(List.of(0, 1, 1, 0)), 1, Shape.of(1, 2, 1));
    trial.batch().input(0)[0] = 3;
    trial.batch().input(0)[1] = 4;
    assertArrayEquals(new float[] {0, 3, 4, 0, 0, 0}, trial.run().outputs().get(0));
  }

  @Test
  void outputShape_nothingLeft_isRejected() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Crop2d(List.of(2)).outputShape(List.of(Shape.of(4, 9, 1))));
    assertEquals(
        Shape.of(1, 6, 1), new Crop2d(List.of(1, 2, 1, 2)).outputShape(List.of(Shape.of(4, 9, 1))));
  }
}
