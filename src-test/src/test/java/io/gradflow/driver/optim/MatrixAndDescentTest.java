package io.gradflow.driver.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.common.array.ParamLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Two steps by hand, as {@link TransformTest}, of what works on whole matrices and histories, and
 * of what acts around the descent.
 */
class MatrixAndDescentTest {
  private static final ParamLayout TWO = Bed.layout(2);

  @Test
  void followSlowly_everySecondStep_meetsHalfWay() {
    Optimizer optimizer = Bed.optimizer(new Lookahead(new Sgd(1), 2, 0.5), TWO);
    float[] w = {4, 0};
    optimizer.apply(w, new float[] {1, -1}, 1, 0);
    assertArrayEquals(new float[] {3, 1}, w);
    optimizer.apply(w, new float[] {1, -1}, 1, 1);
    assertArrayEquals(new float[] {3, 1}, w); // 4 + (2 - 4) / 2, 0 + (2 - 0) / 2
    optimizer.apply(w, new float[] {1, -1}, 1, 2);
    assertArrayEquals(new float[] {2, 2}, w);
  }

  @Test
  void scaleByFactoredRms_twoSteps_dividesByRowsTimesColumns() {
    // decay 1: the mean of both steps' squares in the second, 1 - 1/2.
    Optimizer optimizer = Bed.chain(Bed.matrices(2, 2), new ScaleByFactoredRms(1, 1e-30));
    float[][] u = Bed.twoUpdates(optimizer, new float[] {1, 2, 2, 4}, new float[] {1, 1, 1, 1});
    // Squares 1 4 / 4 16 are rows 2.5, 10 times columns 2.5, 10 over the mean 6.25: exact.
    assertArrayEquals(new float[] {1, 1, 1, 1}, u[0], 1e-6f);
    // Means of squares 1 and the former: rows 1.75, 5.5, columns the same, their mean 3.625.
    double[] r = {1.75, 5.5};
    for (int i = 0; i < 4; i++) {
      assertEquals(Math.sqrt(3.625 / (r[i / 2] * r[i % 2])), u[1][i], 1e-6);
    }
  }

  @Test
  void scaleByRootMeanSquares_twoSteps_cutsAndTakesTheParametersSize() {
    Optimizer optimizer = Bed.chain(TWO, new ScaleByRootMeanSquares(1, true, true, 0.5));
    float[] w = {3, 3};
    optimizer.apply(w, new float[] {4, -4}, 1, 0);
    assertArrayEquals(new float[] {0, 6}, w); // (1, -1) times 3, rate 1 is 1 / sqrt(1)
    optimizer.apply(w, new float[] {0.5f, 0.5f}, 1, 1);
    // Short enough; times RMS(0, 6) = sqrt(18), times 1 / sqrt(2): 0.5 * 3.
    assertArrayEquals(new float[] {-1.5f, 4.5f}, w, 1e-6f);
  }

  @Test
  void orthogonalizeMomentum_oneAxis_goesToTheOtherTransform() {
    Optimizer optimizer =
        Bed.chain(
            TWO, new OrthogonalizeMomentum(0.5, 5, new ScaleByAdam(0.5, 0.5, 1), 3, List.of()));
    float[][] u = Bed.twoUpdates(optimizer, new float[] {4, -1}, new float[] {1, 1});
    assertArrayEquals(new float[] {2.4f, -1.5f}, u[0], 1e-6f); // three times Adam's
  }

  @Test
  void orthogonalizeMomentum_twoStepsOfOneDirection_areUnitStepsOfIt() {
    // Rank 1: one singular value, which the polynomial takes from 1 to within [0.7, 1.2].
    Optimizer optimizer =
        Bed.chain(
            Bed.matrices(2, 2),
            new OrthogonalizeMomentum(0.5, 5, new ScaleByAdam(0.5, 0.5, 1), 1, List.of()));
    float[][] u = Bed.twoUpdates(optimizer, new float[] {3, 0, 4, 0}, new float[] {3, 0, 4, 0});
    double x = 1;
    for (int k = 0; k < 5; k++) {
      x = x * (3.4445 - 4.7750 * x * x + 2.0315 * x * x * x * x);
    }
    for (float[] each : u) {
      assertArrayEquals(new float[] {(float) (0.6 * x), 0, (float) (0.8 * x), 0}, each, 2e-5f);
    }
  }

  @Test
  void scaleByCurvature_twoStepsOnAParabola_secondHitsTheMinimum() {
    // f = 2 (w - 3)^2 from 0: g = -12, a step of 12 min(1, 1/12) = 1; then s = 1, y = 4.
    Optimizer optimizer = Bed.chain(Bed.layout(1), new ScaleByCurvature(3, 0.9));
    float[] w = {0};
    optimizer.apply(w, new float[] {4 * (w[0] - 3)}, 1, 0);
    assertEquals(1, w[0], 1e-6);
    optimizer.apply(w, new float[] {4 * (w[0] - 3)}, 1, 1);
    assertEquals(3, w[0], 1e-6);
  }

  @Test
  void scaleByCurvature_aStepTooLong_goesBackToItsStart() {
    // f = 50 (w - 1)^2 from 0: a first step of 8 times 100 min(1, 1 / 100).
    Optimizer optimizer = Bed.optimizer(new Lbfgs(8, 3, 0.9), Bed.layout(1));
    float[] w = {0};
    optimizer.apply(w, new float[] {100 * (w[0] - 1)}, 1, 0);
    assertEquals(8, w[0], 1e-5);
    optimizer.apply(w, new float[] {100 * (w[0] - 1)}, 1, 1);
    // The slope is -100 at 0 and 700 at 8: its chord is 0 at an eighth of the length.
    assertEquals(1, w[0], 1e-4);
  }

  @Test
  void boundUnitNorm_twoSteps_scalesLongColumnsBack() {
    Optimizer optimizer = Bed.chainThen(Bed.matrices(2, 2), new BoundUnitNorm(Map.of("*", 5.0)));
    float[] w = {6, 1, 8, 1};
    optimizer.apply(w, new float[4], 1, 0);
    assertArrayEquals(new float[] {3, 1, 4, 1}, w, 1e-6f);
    optimizer.apply(w, new float[] {0, -11, 0, 1}, 1, 1);
    assertArrayEquals(new float[] {3, 5, 4, 0}, w, 1e-6f);
  }

  @Test
  void addPenalties_elasticByName_addsBothToWhatMatches() {
    Map<String, ParameterPenalty> penalties =
        Map.of(
            "p1", new ParameterPenalty(1, 0.5, Optional.empty()),
            "*", new ParameterPenalty(0, 0.25, Optional.empty()));
    Optimizer optimizer = Bed.chain(Bed.layout(1, 1), new AddPenalties(penalties));
    float[] w = {4, -8};
    optimizer.apply(w, new float[2], 1, 0);
    assertArrayEquals(new float[] {3, -1}, w); // 4 - 1; -8 + 0.75 * 8 + 1
    optimizer.apply(w, new float[2], 1, 1);
    assertArrayEquals(new float[] {2.25f, 0.75f}, w);
  }

  @Test
  void addGradientNoise_manyElements_hasTheVarianceOfItsStepAndItsOwnDraws() {
    int count = 20_000;
    Optimizer optimizer = Bed.chain(Bed.layout(count), new AddGradientNoise(4, 0.5, 11));
    float[][] u = Bed.twoUpdates(optimizer, new float[count], new float[count]);
    double[] squares = new double[2];
    double product = 0;
    for (int i = 0; i < count; i++) {
      squares[0] += u[0][i] * (double) u[0][i] / count;
      squares[1] += u[1][i] * (double) u[1][i] / count;
      product += u[0][i] * (double) u[1][i] / count;
    }
    assertEquals(4, squares[0], 0.15);
    assertEquals(4 / Math.sqrt(2), squares[1], 0.1);
    assertEquals(0, product, 0.1);
    float[] same = new float[count];
    Bed.chain(Bed.layout(count), new AddGradientNoise(4, 0.5, 11))
        .apply(same, new float[count], 1, 0);
    assertArrayEquals(Bed.negated(same, new float[count]), u[0]);
  }

  @Test
  void perturbation_plainAndAdaptive_goesUpTheGradient() {
    float[] moved = new float[2];
    new Perturbation(0.5, false).move(TWO, new float[] {1, 2}, new float[] {30, -40}, moved);
    assertArrayEquals(new float[] {1.3f, 1.6f}, moved, 1e-6f);
    // w g = (3, -8): w^2 g / ||w g|| = (3, -16) / sqrt(73).
    new Perturbation(1, true).move(TWO, new float[] {1, 2}, new float[] {3, -4}, moved);
    double norm = Math.sqrt(73);
    assertArrayEquals(new float[] {(float) (1 + 3 / norm), (float) (2 - 16 / norm)}, moved, 1e-6f);
    new Perturbation(1, false).move(TWO, new float[] {1, 2}, new float[2], moved);
    assertArrayEquals(new float[] {1, 2}, moved);
  }

  @Test
  void sharpnessAware_twoSteps_takesTheGradientOfTheWorstPlaceNearby() {
    // f = w^2, radius 1, plain descent by 0.25: the gradient is 2 (w + sign(w)).
    Optimizer optimizer = Bed.optimizer(new SharpnessAware(new Sgd(0.25), 1, false), Bed.layout(1));
    Perturbation perturbation = optimizer.perturbation().orElseThrow();
    float[] w = {5};
    float[] moved = new float[1];
    float[] expected = {2, 0.5f}; // 5 - 12 / 4, 2 - 6 / 4
    for (int step = 0; step < 2; step++) {
      perturbation.move(Bed.layout(1), w, new float[] {2 * w[0]}, moved);
      optimizer.apply(w, new float[] {2 * moved[0]}, 1, step);
      assertEquals(expected[step], w[0], 1e-6);
    }
  }
}
