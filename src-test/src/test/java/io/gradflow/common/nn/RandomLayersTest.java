package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gradflow.common.array.Shape;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.NetworkTrial;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RandomLayersTest {
  private static final List<LayerSpec> LAYERS =
      List.of(new SpatialDropout(0.4f), new StochasticDepth(0.4f), new GaussianNoise(0.5f));

  @Test
  void gradient_everyRandomLayer_matchesFiniteDifferencesInAnyChunks() {
    for (LayerSpec layer : LAYERS) {
      GradientCheck.SMOOTH.run(NetworkTrial.ofLayer(layer, 5, Shape.of(3, 7)).randomize(1));
      GradientCheck.SMOOTH.run(NetworkTrial.ofLayer(layer, 1, Shape.of(17)).randomize(2));
    }
  }

  @Test
  void forward_evaluation_leavesInputAlone() {
    for (LayerSpec layer : LAYERS) {
      NetworkTrial trial = NetworkTrial.ofLayer(layer, 5, Shape.of(7)).randomize(1).inEvaluation();
      assertArrayEquals(trial.batch().input(0), trial.run().outputs().get(0));
    }
  }

  /** 16,000 draws: the share kept is within 5 standard deviations of its mean. */
  @Test
  void spatialDropout_training_dropsWholeChannels() {
    int rows = 400;
    int channels = 40;
    float[] y = onesThrough(new SpatialDropout(0.375f), rows, Shape.of(3, channels));
    int kept = 0;
    for (int row = 0; row < rows; row++) {
      for (int c = 0; c < channels; c++) {
        float first = y[row * 3 * channels + c];
        assertEquals(first, y[row * 3 * channels + channels + c]);
        assertEquals(first, y[row * 3 * channels + 2 * channels + c]);
        kept += first == 0 ? 0 : 1;
        assertEquals(first == 0 ? 0 : 1.6f, first);
      }
    }
    assertEquals(0.625, kept / 16000.0, 5 * Math.sqrt(0.625 * 0.375 / 16000));
  }

  @Test
  void stochasticDepth_training_dropsWholeExamples() {
    int rows = 4000;
    float[] y = onesThrough(new StochasticDepth(0.25f), rows, Shape.of(3));
    int kept = 0;
    for (int row = 0; row < rows; row++) {
      float first = y[3 * row];
      assertArrayEquals(
          new float[] {first, first, first}, Arrays.copyOfRange(y, 3 * row, 3 * row + 3));
      kept += first == 0 ? 0 : 1;
      assertEquals(first == 0 ? 0 : 1 / 0.75f, first);
    }
    assertEquals(0.75, kept / 4000.0, 5 * Math.sqrt(0.75 * 0.25 / 4000));
  }

  /** The first four moments of 20,000 draws, within 5 standard deviations. */
  @Test
  void gaussianNoise_training_isStandardNormalTimesItsDeviation() {
    int n = 20_000;
    float[] y = onesThrough(new GaussianNoise(2), 200, Shape.of(100));
    double[] moments = new double[4];
    for (float value : y) {
      double z = (value - 1.0) / 2;
      double power = 1;
      for (int m = 0; m < 4; m++) {
        power *= z;
        moments[m] += power / n;
      }
    }
    assertEquals(0, moments[0], 5 / Math.sqrt(n));
    assertEquals(1, moments[1], 5 * Math.sqrt(2.0 / n));
    assertEquals(0, moments[2], 5 * Math.sqrt(15.0 / n));
    assertEquals(3, moments[3], 5 * Math.sqrt(96.0 / n));
  }

  @Test
  void constructors_valuesOutOfRange_areRejected() {
    assertThrows(IllegalArgumentException.class, () -> new SpatialDropout(1));
    assertThrows(IllegalArgumentException.class, () -> new StochasticDepth(-0.5f));
    assertThrows(IllegalArgumentException.class, () -> new GaussianNoise(-1));
  }

  private static float[] onesThrough(LayerSpec layer, int rows, Shape shape) {
    NetworkTrial trial = NetworkTrial.ofLayer(layer, rows, shape);
    Arrays.fill(trial.batch().input(0), 1);
    return trial.run().outputs().get(0);
  }
}
