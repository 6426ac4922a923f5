package io.gradflow.driver.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two steps of every transform, worked out by hand; learning rate 1, so w' = w - u. */
class TransformTest {
  private static final ParamLayout TWO = Bed.layout(2);

  @Test
  void trace_twoSteps_keepsMomentumOfTheFirst() {
    float[][] u =
        Bed.twoUpdates(
            Bed.chain(TWO, new Trace(0.5, 0, false)), new float[] {4, -8}, new float[] {1, 2});
    assertArrayEquals(new float[] {4, -8}, u[0]);
    assertArrayEquals(new float[] {3, -2}, u[1]); // 0.5 * 4 + 1, 0.5 * -8 + 2
  }

  @Test
  void trace_dampening_leavesTheFirstStepWhole() {
    float[][] u =
        Bed.twoUpdates(
            Bed.chain(TWO, new Trace(0.5, 0.25, false)), new float[] {4, -8}, new float[] {4, 8});
    assertArrayEquals(new float[] {4, -8}, u[0]);
    assertArrayEquals(new float[] {5, 2}, u[1]); // 0.5 * 4 + 0.75 * 4, 0.5 * -8 + 0.75 * 8
  }

  @Test
  void trace_nesterov_looksAhead() {
    float[][] u =
        Bed.twoUpdates(
            Bed.chain(TWO, new Trace(0.5, 0, true)), new float[] {4, -8}, new float[] {1, 2});
    assertArrayEquals(new float[] {6, -12}, u[0]); // g + 0.5 g
    assertArrayEquals(new float[] {2.5f, 1}, u[1]); // v = 3, -2; g + 0.5 v
  }

  @Test
  void scaleByAdam_twoSteps_isTheCorrectedMeanOverTheCorrectedRoot() {
    // beta 0.5 and 0.5, epsilon 1. Step 1: m^ = g, v^ = g^2, u = g / (|g| + 1).
    // Step 2: m^ = (g0 / 4 + g1 / 2) / 0.75, v^ = (g0^2 / 4 + g1^2 / 2) / 0.75.
    float[][] u =
        Bed.twoUpdates(
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
        Bed.twoUpdates(
            Bed.chain(TWO, new ClipByValue(2)), new float[] {3, -3}, new float[] {1, -2.5f});
    assertArrayEquals(new float[] {2, -2}, u[0]);
    assertArrayEquals(new float[] {1, -2}, u[1]);
  }

  @Test
  void clipByGlobalNorm_acrossParameters_keepsTheDirection() {
    Optimizer optimizer = Bed.chain(Bed.layout(1, 1), new ClipByGlobalNorm(1));
    float[][] u = Bed.twoUpdates(optimizer, new float[] {3, 4}, new float[] {0.3f, 0.4f});
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

  @Test
  void scaleByAdagrad_twoSteps_dividesByAllSquares() {
    float[][] u =
        Bed.twoUpdates(
            Bed.chain(TWO, new ScaleByAdagrad(7, 1)), new float[] {3, -3}, new float[] {3, 0});
    assertArrayEquals(new float[] {0.6f, -0.6f}, u[0], 1e-7f); // 3 / (sqrt(7 + 9) + 1)
    assertArrayEquals(new float[] {0.5f, 0}, u[1], 1e-7f); // 3 / (sqrt(16 + 9) + 1)
  }

  @Test
  void scaleByRms_twoSteps_dividesByTheRunningRoot() {
    float[][] u =
        Bed.twoUpdates(
            Bed.chain(TWO, new ScaleByRms(0.75, 1)), new float[] {4, -2}, new float[] {8, 0});
    assertArrayEquals(new float[] {4 / 3f, -1}, u[0], 1e-7f); // squares 4, 1
    // Squares 0.75 * 4 + 0.25 * 64 = 19.
    assertArrayEquals(new float[] {(float) (8 / (Math.sqrt(19) + 1)), 0}, u[1], 2e-7f);
  }

  @Test
  void scaleByCentredRms_twoSteps_dividesByTheStandardDeviation() {
    float[][] u =
        Bed.twoUpdates(
            Bed.chain(TWO, new ScaleByCentredRms(0.5, 1)), new float[] {4, -2}, new float[] {4, 2});
    assertArrayEquals(new float[] {4 / 3f, -1}, u[0], 1e-7f); // 8 - 4, 2 - 1
    // 0.5 * 8 + 8 - 3^2 = 3; 0.5 * 2 + 2 - 0.5^2 = 2.75.
    assertArrayEquals(
        new float[] {(float) (4 / (Math.sqrt(3) + 1)), (float) (2 / (Math.sqrt(2.75) + 1))},
        u[1],
        4e-7f);
  }

  @Test
  void scaleByCentredRms_constantGradient_staysFinite() {
    Optimizer optimizer = Bed.chain(Bed.layout(1), new ScaleByCentredRms(0.9, 1e-8));
    float[] weights = {0};
    for (int step = 0; step < 500; step++) {
      optimizer.apply(weights, new float[] {0.1f}, 1, step);
      assertTrue(Float.isFinite(weights[0]), "step " + step);
    }
  }

  @Test
  void scaleByAdadelta_twoSteps_isTheRatioOfTwoRoots() {
    float[][] u =
        Bed.twoUpdates(
            Bed.chain(TWO, new ScaleByAdadelta(0.5, 1)), new float[] {4, 0}, new float[] {2, 2});
    float first = 4 / 3f; // sqrt(0 + 1) / sqrt(8 + 1) * 4
    assertArrayEquals(new float[] {first, 0}, u[0], 1e-7f);
    // Deltas 0.5 (4 / 3)^2 = 8 / 9, squares 0.5 * 8 + 2 = 6; second element 0 and 2.
    assertArrayEquals(
        new float[] {(float) (Math.sqrt(17 / 9.0) / Math.sqrt(7) * 2), (float) (2 / Math.sqrt(3))},
        u[1],
        4e-7f);
  }

  @Test
  void scaleByAdamax_twoSteps_dividesByTheDecayedMaximum() {
    float[][] u =
        Bed.twoUpdates(
            Bed.chain(TWO, new ScaleByAdamax(0.5, 0.5, 1)),
            new float[] {7, -1},
            new float[] {1, 3});
    assertArrayEquals(new float[] {7 / 8f, -0.5f}, u[0], 1e-7f);
    // m^ = (7 / 4 + 1 / 2) / 0.75 = 3 over max(8 / 2, 2); (-1 / 4 + 3 / 2) / 0.75 over max(1, 4).
    assertArrayEquals(new float[] {0.75f, 5 / 12f}, u[1], 2e-7f);
  }

  @Test
  void scaleByAmsGrad_twoSteps_keepsTheLargestSecondMoment() {
    float[][] u =
        Bed.twoUpdates(
            Bed.chain(TWO, new ScaleByAmsGrad(0, 0.5, 1)), new float[] {4, 1}, new float[] {0, 4});
    assertArrayEquals(new float[] {0.8f, 0.5f}, u[0], 1e-7f);
    u =
        Bed.twoUpdates(
            Bed.chain(TWO, new ScaleByAmsGrad(0, 0.5, 1)), new float[] {4, 1}, new float[] {1, 4});
    // v = 8 then 4.5: 8 stays. 0.5 then 8.25. Corrected by 0.75.
    assertArrayEquals(
        new float[] {
          (float) (1 / (Math.sqrt(8 / 0.75) + 1)), (float) (4 / (Math.sqrt(8.25 / 0.75) + 1))
        },
        u[1],
        2e-7f);
  }

  @Test
  void scaleByNadam_withoutMomentumDecay_looksAheadByConstantMu() {
    // momentumDecay 0: mu = 0.5 (1 - 0.5) = 0.25, products 1/4, 1/16, 1/64.
    float[][] u =
        Bed.twoUpdates(
            Bed.chain(TWO, new ScaleByNadam(0.5, 0.5, 1, 0)),
            new float[] {4, 0},
            new float[] {4, 4});
    // m = 2: (0.75 / 0.75) 4 + 0.25 / (15 / 16) 2 = 4 + 8 / 15, over sqrt(8 / 0.5) + 1 = 5.
    assertArrayEquals(new float[] {(4 + 8 / 15f) / 5, 0}, u[0], 2e-7f);
    // m = 3, v = 12; m = 2, v = 8. 0.75 / (15 / 16) g + 0.25 / (63 / 64) m.
    float own = 0.8f * 4;
    float mean = 16 / 63f;
    assertArrayEquals(
        new float[] {(own + mean * 3) / 5, (float) ((own + mean * 2) / (Math.sqrt(8 / 0.75) + 1))},
        u[1],
        4e-7f);
  }

  @Test
  void scaleByRadam_shortHistory_isTheCorrectedMeanAlone() {
    float[][] u =
        Bed.twoUpdates(
            Bed.chain(TWO, new ScaleByRadam(0.5, 0.999, 1)),
            new float[] {4, -8},
            new float[] {1, 2});
    assertArrayEquals(new float[] {4, -8}, u[0]);
    assertArrayEquals(new float[] {2, -4 / 3f}, u[1], 1e-6f); // (g0 / 4 + g1 / 2) / 0.75
  }

  @Test
  void scaleByLion_twoSteps_isTheSignOfTheBlend() {
    float[][] u =
        Bed.twoUpdates(
            Bed.chain(TWO, new ScaleByLion(0.5, 0.75)), new float[] {4, 0}, new float[] {-0.5f, 1});
    assertArrayEquals(new float[] {1, 0}, u[0]);
    assertArrayEquals(new float[] {1, 1}, u[1]); // 0.5 * 1 - 0.25 > 0 against the gradient
  }

  @Test
  void scaleByRprop_signKeptAndChanged_growsAndSkips() {
    Optimizer optimizer = Bed.chain(TWO, new ScaleByRprop(1, 0.5, 2, 0.25, 3));
    float[] w = {0, 0};
    optimizer.apply(w, new float[] {5, -5}, 1, 0);
    assertArrayEquals(new float[] {-1, 1}, w);
    optimizer.apply(w, new float[] {1, 1}, 1, 1);
    assertArrayEquals(new float[] {-3, 1}, w); // grown to 2; changed: shrunk to 0.5, left out
    optimizer.apply(w, new float[] {1, 1}, 1, 2);
    assertArrayEquals(new float[] {-6, 0.5f}, w); // at most 3; after a skip the step stays
  }

  @Test
  void scaleByTrustRatio_twoParameters_haveRatiosOfTheirOwn() {
    Optimizer optimizer = Bed.chain(Bed.layout(2, 1, 1), new ScaleByTrustRatio(List.of("p2")));
    float[] w = {3, 4, 2, 2};
    optimizer.apply(w, new float[] {0, 10, -4, 1}, 1, 0);
    assertArrayEquals(new float[] {3, -1, 4, 1}, w); // 5 / 10, 2 / 4, excluded
    float[] zero = {0, 0, 2, 2};
    optimizer.apply(zero, new float[] {1, 1, 0, 1}, 1, 1);
    assertArrayEquals(new float[] {-1, -1, 2, 1}, zero); // a norm of 0: ratio 1
  }

  @Test
  void scaleByLars_twoParameters_haveRatesOfTheirOwn() {
    Optimizer optimizer = Bed.chain(Bed.layout(2, 1), new ScaleByLars(0.5, 1, List.of("p1")));
    float[] w = {3, 4, 2};
    optimizer.apply(w, new float[] {0, 5, 1}, 1, 0);
    // 0.5 * 5 / (5 + 5) = 0.25 of (3, 9).
    assertArrayEquals(new float[] {2.25f, 1.75f, 1}, w);
  }

  @Test
  void centralize_matrixAndVector_centresColumnsOfTheMatrix() {
    ParamLayout layout =
        new ParamLayout(
            List.of(
                new ParamSlice("dense/kernel", Shape.of(2, 3), 0, true),
                new ParamSlice("dense/bias", Shape.of(3), 6, true)));
    float[] w = new float[9];
    Bed.chain(layout, new Centralize()).apply(w, new float[] {1, 2, 3, 3, 8, -3, 1, 2, 3}, 1, 0);
    assertArrayEquals(new float[] {1, 3, -3, -1, -3, 3, -1, -2, -3}, w);
  }

  @Test
  void centralize_columnsCutBySlices_leavesSumsOfZero() {
    int rows = 3;
    int columns = Slices.MAX_LENGTH + 100;
    ParamLayout layout = Bed.matrices(rows, columns);
    float[] w = new float[layout.size()];
    float[] gradient = new float[layout.size()];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = i % 1001;
    }
    Bed.chain(layout, new Centralize()).apply(w, gradient.clone(), 1, 0);
    for (int c = 0; c < columns; c++) {
      float mean = (gradient[c] + gradient[columns + c] + gradient[2 * columns + c]) / 3;
      for (int r = 0; r < rows; r++) {
        assertEquals(mean - gradient[r * columns + c], w[r * columns + c], 1e-3, "column " + c);
      }
    }
  }

  @Test
  void clipByUnitNorm_columns_areBoundedByTheirWeights() {
    Optimizer optimizer = Bed.chain(Bed.matrices(2, 3), new ClipByUnitNorm(0.5, List.of()));
    float[] w = {3, 0, 0, 4, 0, 10};
    optimizer.apply(w, new float[] {0, 3, 1, 10, 4, 1}, 1, 0);
    // Columns of w: 5, 0, 10. Of g: 10 > 2.5; 5 > 0.0005; sqrt(2) < 5.
    assertArrayEquals(new float[] {3, -0.0003f, -1, 1.5f, -0.0004f, 9}, w, 1e-7f);
  }

  @Test
  void scaleByParameter_patterns_multiplyAndFreeze() {
    Optimizer optimizer =
        Bed.chain(
            Bed.layout(1, 1, 1), new ScaleByParameter(Map.of("*", 0.5, "p1", 0.5, "*2", 0.0)));
    float[] w = {0, 0, 7};
    optimizer.apply(w, new float[] {8, 8, Float.NaN}, 1, 0);
    assertArrayEquals(new float[] {-4, -2, 7}, w);
  }

  @Test
  void addDecayedWeights_excludedByName_doNotDecay() {
    ParamLayout layout =
        new ParamLayout(
            List.of(
                new ParamSlice("dense/kernel", Shape.of(1), 0, true),
                new ParamSlice("dense/bias", Shape.of(1), 1, true)));
    List<String> exclude = List.of("*/bias");
    Optimizer optimizer =
        Bed.chain(layout, new AddDecayedWeights(0.5, exclude), new AddSignedWeights(1, exclude));
    float[] w = {4, 4};
    optimizer.apply(w, new float[2], 1, 0);
    assertArrayEquals(new float[] {1, 4}, w);
  }

  @Test
  void init_patternThatMatchesNothing_namesTheParameters() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Bed.chain(TWO, new AddDecayedWeights(0.5, List.of("dense_1.*"))));
    assertEquals(
        "weight decay: pattern dense_1.* matches no trainable parameter; there are [p0]",
        e.getMessage());
  }
}
