package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import io.gradflow.testkit.MaskedBy;
import io.gradflow.testkit.NetworkTrial;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResizingTest {
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

  /** Steps that are added count, those that are cropped leave their mask. */
  @Test
  void masks_padAndCrop_goWithTheirSteps() {
    float[] mask = {0, 1, 1, 0};
    assertEquals("10110111", mask(new ZeroPad1d(List.of(1, 3)), mask));
    assertEquals("11", mask(new Crop1d(List.of(1, 1)), mask));
    assertEquals("0110", mask(new Crop1d(List.of(0)), mask));
    assertEquals("000111111000", mask(new Upsample1d(3, Upsample1d.Interpolation.LINEAR), mask));
  }

  private static String mask(LayerSpec layer, float[] mask) {
    NetworkTrial trial = masked(layer, mask);
    Network network = trial.bind();
    trial.run(network);
    Buffer out = network.outputMask(0).orElseThrow();
    StringBuilder text = new StringBuilder();
    for (int t = 0; t < out.width(); t++) {
      text.append((int) out.array()[out.offset() + t]);
    }
    return text.toString();
  }

  private static NetworkTrial masked(LayerSpec layer, float[] mask) {
    NetworkSpec network =
        new NetworkSpec(
            List.of(
                new InputSpec("x", Shape.of(mask.length, 2)),
                new InputSpec("mask", Shape.of(mask.length))),
            List.of(
                new NodeSpec("masked", new MaskedBy(), List.of("x", "mask")),
                new NodeSpec("out", layer, List.of("masked"))),
            List.of("out"));
    NetworkTrial trial = NetworkTrial.ofNetwork(network, 1).randomize(7);
    System.arraycopy(mask, 0, trial.batch().input(1), 0, mask.length);
    return trial;
  }

  /** Steps that do not count are as if they were not there. */
  @Test
  void upsample1d_masked_isThatOfTheStepsThatCount() {
    for (Upsample1d.Interpolation between : Upsample1d.Interpolation.values()) {
      Upsample1d layer = new Upsample1d(3, between);
      NetworkTrial padded = masked(layer, new float[] {0, 1, 1, 1, 0, 0});
      NetworkTrial alone = NetworkTrial.ofLayer(layer, 1, Shape.of(3, 2));
      System.arraycopy(padded.batch().input(0), 2, alone.batch().input(0), 0, 6);
      System.arraycopy(padded.batch().target(0), 6, alone.batch().target(0), 0, 18);
      Arrays.fill(padded.batch().weights(), 1);
      NetworkTrial.Outcome expected = alone.run();
      NetworkTrial.Outcome actual = padded.run();
      float[] y = new float[36];
      System.arraycopy(expected.outputs().get(0), 0, y, 6, 18);
      assertArrayEquals(y, actual.outputs().get(0));
      float[] dx = new float[12];
      System.arraycopy(expected.inputGradients().get(0), 0, dx, 2, 6);
      assertArrayEquals(dx, actual.inputGradients().get(0));
    }
  }

  @Test
  void outputShape_nothingLeft_isRejected() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Crop1d(List.of(2, 3)).outputShape(List.of(Shape.of(5, 2))));
    assertEquals(
        "zeroPad1d amounts [1, 2, 3]; expected one number or 2",
        assertThrows(IllegalArgumentException.class, () -> new ZeroPad1d(List.of(1, 2, 3)))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new Crop2d(List.of(2)).outputShape(List.of(Shape.of(4, 9, 1))));
    assertEquals(
        Shape.of(1, 6, 1), new Crop2d(List.of(1, 2, 1, 2)).outputShape(List.of(Shape.of(4, 9, 1))));
  }
}
