package io.gradflow.driver.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.spec.OneOf;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every optimizer on a parabola, on a badly conditioned quadratic and on Rosenbrock's valley; and
 * that the tables of tests leave no optimizer out.
 */
class ConvergenceTest {
  private static final ScheduleSpec COSINE = new CosineSchedule(Optional.empty(), 0, 5);

  static Stream<OptimizerSpec> all() {
    return Bed.all();
  }

  /** Descends, taking gradients where the optimizer wants them. */
  private static void descend(
      Optimizer optimizer, int steps, float[] weights, UnaryOperator<float[]> gradientAt) {
    float[] moved = new float[weights.length];
    for (int step = 0; step < steps; step++) {
      float[] gradient = gradientAt.apply(weights);
      if (optimizer.perturbation().isPresent()) {
        optimizer.perturbation().get().move(Bed.layout(weights.length), weights, gradient, moved);
        gradient = gradientAt.apply(moved);
      }
      optimizer.apply(weights, gradient, 1, step);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void apply_parabola_findsTheMinimum(OptimizerSpec spec) {
    // f(w) = (w0 - 3)^2 + 10 (w1 + 1)^2
    Optimizer optimizer =
        Optimizer.create(spec, COSINE, ClipSpec.NONE, Regularization.NONE, Bed.layout(1, 1), 500);
    float[] weights = {0, 0};
    descend(optimizer, 500, weights, w -> new float[] {2 * (w[0] - 3), 20 * (w[1] + 1)});
    assertEquals(3, weights[0], 0.05);
    assertEquals(-1, weights[1], 0.05);
  }

  @ParameterizedTest
  @MethodSource("all")
  void apply_badlyConditionedQuadratic_leavesAThousandthOfTheLoss(OptimizerSpec spec) {
    // f(w) = sum_i c_i (w_i - 1)^2 / 2, c from 0.01 to 10.
    float[] curvature = {0.01f, 0.1f, 1, 10};
    Optimizer optimizer =
        Optimizer.create(spec, COSINE, ClipSpec.NONE, Regularization.NONE, Bed.layout(4), 20_000);
    float[] weights = {-1, 3, -1, 3};
    double before = quadratic(curvature, weights);
    descend(
        optimizer,
        20_000,
        weights,
        w -> {
          float[] gradient = new float[4];
          for (int i = 0; i < 4; i++) {
            gradient[i] = curvature[i] * (w[i] - 1);
          }
          return gradient;
        });
    double after = quadratic(curvature, weights);
    assertTrue(after < before / 1000, spec + " left " + after + " of " + before);
  }

  private static double quadratic(float[] curvature, float[] w) {
    double sum = 0;
    for (int i = 0; i < w.length; i++) {
      sum += curvature[i] * Math.pow(w[i] - 1, 2) / 2;
    }
    return sum;
  }

  static Stream<OptimizerSpec> onRosenbrock() {
    List<String> none = List.of();
    return Stream.of(
        new Sgd(0.001),
        new Momentum(0.0005, 0.9, 0),
        new Nesterov(0.0005, 0.9),
        new Adam(0.02, 0.9, 0.999, 1e-8),
        new AdamW(0.02, 0.9, 0.999, 1e-8, 0, none),
        new Adagrad(0.5, 0, 1e-10),
        new RmsProp(0.002, 0.99, 1e-8, 0, false),
        new RmsProp(0.001, 0.99, 1e-3, 0.5, true),
        new Adadelta(1, 0.9, 1e-4),
        new Adamax(0.02, 0.9, 0.999, 1e-8),
        new Nadam(0.02, 0.9, 0.999, 1e-8, 0.004),
        new AmsGrad(0.02, 0.9, 0.999, 1e-8),
        new Radam(0.02, 0.9, 0.999, 1e-8),
        new Lion(0.002, 0.9, 0.99, 0, none),
        new Rprop(0.01, 0.5, 1.2, 1e-6, 50),
        new Lamb(0.005, 0.9, 0.999, 1e-6, 0, none),
        new Lars(0.01, 0.9, 0, 0.1, none),
        new Adafactor(0.02, 0.8, 1, true, true, 1e-30, 0.1),
        new Muon(0.02, 0.9, 5, 0.02, 0.9, 0.999, 1e-8, 0, none),
        new Lookahead(new Adam(0.02, 0.9, 0.999, 1e-8), 5, 0.5),
        new SharpnessAware(new Adam(0.02, 0.9, 0.999, 1e-8), 0.001, false));
  }

  /** Of (1 - x)^2 + 100 (y - x^2)^2. */
  private static float[] rosenbrockGradient(float[] w) {
    float slope = w[1] - w[0] * w[0];
    return new float[] {-2 * (1 - w[0]) - 400 * w[0] * slope, 200 * slope};
  }

  @ParameterizedTest
  @MethodSource("onRosenbrock")
  void apply_rosenbrock_leavesAThousandthOfTheLoss(OptimizerSpec spec) {
    // From (-1.2, 1), where f = 24.2; minimum at (1, 1).
    Optimizer optimizer =
        Optimizer.create(
            spec,
            new CosineSchedule(Optional.empty(), 0, 0),
            Bed.clip(0, 50),
            Regularization.NONE,
            Bed.layout(2),
            20_000);
    float[] w = {-1.2f, 1};
    descend(optimizer, 20_000, w, ConvergenceTest::rosenbrockGradient);
    double value = Math.pow(1 - w[0], 2) + 100 * Math.pow((double) w[1] - (double) w[0] * w[0], 2);
    assertTrue(value < 24.2 / 1000, spec + " ended at " + w[0] + ", " + w[1] + ": " + value);
  }

  @Test
  void apply_lbfgsOnRosenbrock_isThereIn100Steps() {
    float[] w = {-1.2f, 1};
    Optimizer optimizer = Bed.optimizer(new Lbfgs(1, 10, 0.9), Bed.layout(2));
    descend(optimizer, 100, w, ConvergenceTest::rosenbrockGradient);
    assertEquals(1, w[0], 1e-3);
    assertEquals(1, w[1], 1e-3);
  }

  @Test
  void apply_muonOnAMatrix_findsTheMinimumWithinItsStep() {
    // f(W) = ||W - T||^2 / 2 for a 3 by 2 matrix: every step has singular values of about 0.02.
    float[] target = {1, -1, 0.5f, 2, 0, 1};
    OptimizerSpec muon = new Muon(0.02, 0.9, 5, 0.05, 0.9, 0.999, 1e-8, 0, List.of());
    Optimizer optimizer =
        Optimizer.create(
            muon, COSINE, ClipSpec.NONE, Regularization.NONE, Bed.matrices(3, 2), 1000);
    float[] w = new float[6];
    for (int step = 0; step < 1000; step++) {
      float[] gradient = new float[6];
      for (int i = 0; i < 6; i++) {
        gradient[i] = w[i] - target[i];
      }
      optimizer.apply(w, gradient, 1, step);
    }
    assertArrayEquals(target, w, 0.01f);
  }

  @Test
  void tables_everyOptimizer_isInAllOfThem() {
    Set<String> every = new TreeSet<>();
    for (Class<?> kind : OptimizerSpec.class.getAnnotation(OneOf.class).value()) {
      every.add(kind.getSimpleName());
    }
    assertEquals(every, names(Bed.all()), "parabola, quadratic, saved state, threads");
    Stream<OptimizerSpec> lbfgs = Stream.of(new Lbfgs(1, 10, 0.9)); // has tests of its own
    assertEquals(every, names(Stream.concat(onRosenbrock(), lbfgs)), "Rosenbrock");
    assertEquals(every, names(OptimizerGoldenTest.optimizers()), "ten golden steps");
  }

  private static Set<String> names(Stream<OptimizerSpec> specs) {
    Set<String> names = new TreeSet<>();
    specs.forEach(spec -> names.add(spec.getClass().getSimpleName()));
    return names;
  }
}
