package io.gradflow.driver.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.common.array.ParamLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two steps of every transform, worked out by hand; learning rate 1, so w' = w - u. */
class TransformTest {
  private static final ParamLayout TWO = Bed.layout(2);

  /** Steps from zero weights by mean gradients g0 and g1; returns the two updates. */
  private static float[][] twoUpdates(Optimizer optimizer, float[] g0, float[] g1) {
    float[] weights = new float[g0.length];
    optimizer.apply(weights, g0.clone(), 1, 0);
    float[] first = negated(weights, new float[g0.length]);
    float[] before = weights.clone();
    optimizer.apply(weights, g1.clone(), 1, 1);
    return new float[][] {first, negated(weights, before)};
  }

  private static float[] negated(float[] after, float[] before) {
    float[] update = new float[after.length];
    for (int i = 0; i < update.length; i++) {
      update[i] = before[i] - after[i];
    }
    return update;
  }

  @Test
  void trace_twoSteps_keepsMomentumOfTheFirst() {
    float[][] u =
        twoUpdates(
            Bed.chain(TWO, new Trace(0.5, 0, false)), new float[] {4, -8}, new float[] {1, 2});
    assertArrayEquals(new float[] {4, -8}, u[0]);
    assertArrayEquals(new float[] {3, -2}, u[1]); // 0.5 * 4 + 1, 0.5 * -8 + 2
  }

  @Test
  void trace_dampening_leavesTheFirstStepWhole() {
    float[][] u =
        twoUpdates(
            Bed.chain(TWO, new Trace(0.5, 0.25, false)), new float[] {4, -8}, new float[] {4, 8});
    assertArrayEquals(new float[] {4, -8}, u[0]);
    assertArrayEquals(new float[] {5, 2}, u[1]); // 0.5 * 4 + 0.75 * 4, 0.5 * -8 + 0.75 * 8
  }

  @Test
  void trace_nesterov_looksAhead() {
    float[][] u =
        twoUpdates(
            Bed.chain(TWO, new Trace(0.5, 0, true)), new float[] {4, -8}, new float[] {1, 2});
    assertArrayEquals(new float[] {6, -12}, u[0]); // g + 0.5 g
    assertArrayEquals(new float[] {2.5f, 1}, u[1]); // v = 3, -2; g + 0.5 v
  }

  @Test
  void scaleByAdam_twoSteps_isTheCorrectedMeanOverTheCorrectedRoot() {
    // beta 0.5 and 0.5, epsilon 1. Step 1: m^ = g, v^ = g^2, u = g / (|g| + 1).
    // Step 2: m^ = (g0 / 4 + g1 / 2) / 0.75, v^ = (g0^2 / 4 + g1^2 / 2) / 0.75.
    float[][] u =
        twoUpdates(
            Bed.chain(TWO, new ScaleByAdam(0.5, 0.5, 1)), new float[] {4, -1}, new float[] {1, 1});
    assertArrayEquals(new float[] {0.8f, -0.5f}, u[0], 1e-7f);
    // First element: m^ = 1.5 / 0.75 = 2, v^ = 4.5 / 0.75 = 6. Second: m^ = 1 / 3, v^ = 1.
    assertArrayEquals(new float[] {(float) (2 / (Math.sqrt(6) + 1)), 1 / 6f}, u[1], 2e-7f);
  }

  @Test
  void addDecayedWeights_twoSteps_addsAShareOfTheWeights() {
    float[] weights = {1, -2};
    Optimizer optimizer = Bed.chain(TWO, new AddDecayedWeights(0.5, List.of()));
    optimizer.apply(weights, new float[] {1, 1}, 1, 0);
    assertArrayEquals(new float[] {-0.5f, -2}, weights); // 1 - (1 + 0.5), -2 - (1 - 1)
    optimizer.apply(weights, new float[] {0, 0}, 1, 1);
    assertArrayEquals(new float[] {-0.25f, -1}, weights);
  }

  @Test
  void addSignedWeights_twoSteps_addsTheSign() {
    float[] weights = {1, -0.25f};
    Optimizer optimizer = Bed.chain(TWO, new AddSignedWeights(0.5, List.of()));
    optimizer.apply(weights, new float[] {0.5f, 0}, 1, 0);
    assertArrayEquals(new float[] {0, 0.25f}, weights);
    optimizer.apply(weights, new float[] {0, 0}, 1, 1);
    assertArrayEquals(new float[] {0, -0.25f}, weights); // nothing at zero
  }

  @Test
  void clipByValue_twoSteps_boundsBothSides() {
    float[][] u =
        twoUpdates(Bed.chain(TWO, new ClipByValue(2)), new float[] {3, -3}, new float[] {1, -2.5f});
    assertArrayEquals(new float[] {2, -2}, u[0]);
    assertArrayEquals(new float[] {1, -2}, u[1]);
  }

  @Test
  void clipByGlobalNorm_acrossParameters_keepsTheDirection() {
    Optimizer optimizer = Bed.chain(Bed.layout(1, 1), new ClipByGlobalNorm(1));
    float[][] u = twoUpdates(optimizer, new float[] {3, 4}, new float[] {0.3f, 0.4f});
    assertArrayEquals(new float[] {0.6f, 0.8f}, u[0], 1e-6f);
    assertArrayEquals(new float[] {0.3f, 0.4f}, u[1], 1e-7f); // short enough already
    assertEquals(0.5, optimizer.gradientNorm(), 1e-7);
  }

  @Test
  void chain_measuredBetweenOthers_measuresWhatReachesIt() {
    // Clipped by value to (3, -4)... times nothing, decayed weights come after the norm.
    Optimizer optimizer =
        Bed.chain(
            TWO,
            new ClipByValue(4),
            new ClipByGlobalNorm(1),
            new AddDecayedWeights(0.5, List.of()),
            new ClipByGlobalNorm(0.5));
    float[] weights = {1, 0};
    optimizer.apply(weights, new float[] {3, -40}, 1, 0);
    // (3, -4) -> (0.6, -0.8) -> (1.1, -0.8) -> half over its norm.
    double norm = Math.hypot(1.1, 0.8);
    assertArrayEquals(
        new float[] {(float) (1 - 0.55 / norm), (float) (0.4 / norm)}, weights, 2e-6f);
    assertEquals(Math.hypot(3, 40), optimizer.gradientNorm(), 1e-5);
  }
}
