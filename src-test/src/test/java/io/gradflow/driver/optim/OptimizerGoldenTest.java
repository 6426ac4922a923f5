package io.gradflow.driver.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ten steps beside PyTorch 1.13.1; the generator lies beside the golden file. */
class OptimizerGoldenTest {
  private static final GoldenFile GOLDEN = new GoldenFile("optimizers.txt");

  // Not a power of two: the division is part of what is compared.
  private static final double WEIGHT_SUM = 12;

  private static final ParamLayout LAYOUT =
      new ParamLayout(
          List.of(
              new ParamSlice("dense/kernel", Shape.of(3, 2), 0, true),
              new ParamSlice("dense/bias", Shape.of(2), 6, true)));

  static Stream<Arguments> cases() {
    return Stream.of(
        plain("sgd", new Sgd(0.1)),
        l2("sgd_l2", new Sgd(0.1), 0.05),
        plain("momentum", new Momentum(0.1, 0.9, 0)),
        plain("momentum_dampening", new Momentum(0.1, 0.9, 0.3)),
        l2("momentum_l2", new Momentum(0.1, 0.8, 0), 0.05),
        plain("nesterov", new Nesterov(0.1, 0.9)),
        plain("adam", new Adam(0.001, 0.9, 0.999, 1e-8)),
        l2("adam_all", new Adam(0.05, 0.8, 0.95, 1e-4), 0.05),
        plain("adamW", new AdamW(0.001, 0.9, 0.999, 1e-8, 0.01, List.of())),
        plain("adamW_all", new AdamW(0.05, 0.8, 0.95, 1e-4, 0.1, List.of())),
        clip("clip_value", new Sgd(0.1), Bed.clip(0.7, 0), 0),
        clip("clip_norm", new Sgd(0.1), Bed.clip(0, 2), 0),
        clip("clip_both_adam_l2", new Adam(0.05, 0.9, 0.999, 1e-8), Bed.clip(1, 1.5), 0.05),
        Arguments.of(
            "step_momentum",
            new Momentum(0.1, 0.9, 0),
            new StepSchedule(3, 0.5, 0),
            ClipSpec.NONE,
            Regularization.NONE),
        plain("adagrad", new Adagrad(0.01, 0, 1e-10)),
        plain("adagrad_all", new Adagrad(0.1, 0.5, 1e-3)),
        plain("rmsProp", new RmsProp(0.01, 0.99, 1e-8, 0, false)),
        l2("rmsProp_all", new RmsProp(0.02, 0.8, 1e-3, 0.7, true), 0.05),
        plain("adadelta", new Adadelta(1, 0.9, 1e-6)),
        plain("adadelta_all", new Adadelta(0.5, 0.7, 1e-3)),
        plain("adamax", new Adamax(0.002, 0.9, 0.999, 1e-8)),
        plain("adamax_all", new Adamax(0.05, 0.8, 0.95, 1e-3)),
        plain("amsGrad", new AmsGrad(0.001, 0.9, 0.999, 1e-8)),
        plain("amsGrad_all", new AmsGrad(0.05, 0.8, 0.6, 1e-3)),
        plain("nadam", new Nadam(0.002, 0.9, 0.999, 1e-8, 0.004)),
        plain("nadam_all", new Nadam(0.05, 0.8, 0.95, 1e-3, 0.1)),
        plain("radam", new Radam(0.001, 0.9, 0.999, 1e-8)),
        plain("radam_all", new Radam(0.05, 0.8, 0.95, 1e-3)),
        plain("rprop", new Rprop(0.01, 0.5, 1.2, 1e-6, 50)),
        plain("rprop_all", new Rprop(0.1, 0.3, 1.5, 0.05, 0.2)),
        plain("lion", new Lion(0.0001, 0.9, 0.99, 0, List.of())),
        plain("lion_all", new Lion(0.05, 0.8, 0.95, 0.1, List.of())),
        plain("lamb", new Lamb(0.05, 0.9, 0.999, 1e-6, 0.1, List.of())),
        plain("lars", new Lars(0.5, 0.9, 0.1, 0.2, List.of())),
        plain("adafactor", new Adafactor(0.01, 0.8, 1, true, true, 1e-30, 1e-3)),
        plain("adafactor_all", new Adafactor(0.4, 0.6, 0.7, false, false, 1e-3, 1e-3)),
        plain("adafactor_relative", new Adafactor(0.6, 0.8, 1, true, true, 1e-30, 0.5)),
        plain("lookahead", new Lookahead(new Momentum(0.1, 0.9, 0), 3, 0.4)),
        plain("muon", new Muon(0.02, 0.95, 5, 0.003, 0.9, 0.999, 1e-8, 0, List.of())),
        Arguments.of(
            "max_norm",
            new Sgd(0.1),
            Bed.CONSTANT,
            ClipSpec.NONE,
            new Regularization(
                0, 0, List.of(), false, Optional.of(0.9), Map.of(), Optional.empty())),
        clip(
            "agc",
            new Sgd(0.1),
            new ClipSpec(
                Optional.empty(), Optional.empty(), Optional.of(new AdaptiveClip(0.9, List.of()))),
            0),
        Arguments.of(
            "centralized",
            new Sgd(0.1),
            Bed.CONSTANT,
            ClipSpec.NONE,
            Regularization.of(0, 0, List.of(), true)));
  }

  private static Arguments plain(String name, OptimizerSpec spec) {
    return clip(name, spec, ClipSpec.NONE, 0);
  }

  private static Arguments l2(String name, OptimizerSpec spec, double l2) {
    return clip(name, spec, ClipSpec.NONE, l2);
  }

  private static Arguments clip(String name, OptimizerSpec spec, ClipSpec clip, double l2) {
    return Arguments.of(name, spec, Bed.CONSTANT, clip, Bed.penalty(0, l2));
  }

  static Stream<Arguments> onAQuadratic() {
    OptimizerSpec momentum = new Momentum(0.1, 0.9, 0);
    return Stream.of(
        Arguments.of("lbfgs", new Lbfgs(0.7, 10, 0.9), 8),
        Arguments.of("lbfgs_short", new Lbfgs(0.5, 2, 0.9), 8),
        Arguments.of("sam", new SharpnessAware(momentum, 0.3, false), 10),
        Arguments.of("asam", new SharpnessAware(momentum, 0.5, true), 10));
  }

  /** Every optimizer that has golden steps. */
  static Stream<OptimizerSpec> optimizers() {
    return Stream.concat(cases(), onAQuadratic())
        .map(arguments -> (OptimizerSpec) arguments.get()[1]);
  }

  /** Optimizers that need gradients of their own: (w - centre)' curvature (w - centre) / 2. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("onAQuadratic")
  void apply_onAQuadratic_followsPyTorch(String name, OptimizerSpec spec, int steps) {
    ParamLayout layout = Bed.layout(2, 1);
    Optimizer optimizer = Bed.optimizer(spec, layout);
    float[] weights = {0.3f, 0.7f, -1.1f};
    float[] moved = new float[3];
    for (int step = 0; step < steps; step++) {
      float[] gradient = quadraticGradient(weights);
      if (optimizer.perturbation().isPresent()) {
        optimizer.perturbation().get().move(layout, weights, gradient, moved);
        gradient = quadraticGradient(moved);
      }
      optimizer.apply(weights, gradient, 1, step);
      float[] expected = GOLDEN.floats(name, step);
      for (int i = 0; i < 3; i++) {
        assertEquals(expected[i], weights[i], 2e-5, name + " step " + step + " element " + i);
      }
    }
  }

  private static float[] quadraticGradient(float[] weights) {
    float[][] curvature = {{3, 0.5f, 0.2f}, {0.5f, 1, -0.3f}, {0.2f, -0.3f, 0.4f}};
    float[] centre = {1, -2, 0.5f};
    float[] gradient = new float[3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        gradient[i] += curvature[i][j] * (weights[j] - centre[j]);
      }
    }
    return gradient;
  }

  static Stream<Arguments> averages() {
    return Stream.of(
        Arguments.of("swa", new Swa(0.4, 1), 4),
        Arguments.of("ema", new Ema(0.8, false), 0),
        Arguments.of("ema_warmup", new Ema(0.5, true), 0));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("averages")
  void average_tenSteps_followsPyTorch(String name, AverageSpec average, int first) {
    Recipe recipe =
        new Recipe(
            new Momentum(0.1, 0.9, 0),
            Bed.CONSTANT,
            ClipSpec.NONE,
            Regularization.NONE,
            Map.of(),
            Optional.of(average),
            0);
    Optimizer optimizer = Optimizer.create(recipe, LAYOUT, 10);
    float[] weights = GOLDEN.floats("start", 0);
    for (int step = 0; step < 10; step++) {
      optimizer.apply(weights, GOLDEN.floats("gradient", step), 1, step);
      assertEquals(step >= first, optimizer.hasAverage());
      if (step >= first) {
        float[] actual = weights.clone();
        optimizer.average(actual);
        assertArrayEquals(GOLDEN.floats(name, step - first), actual, 1e-6f, "step " + step);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void apply_tenSteps_followsPyTorch(
      String name,
      OptimizerSpec spec,
      ScheduleSpec schedule,
      ClipSpec clip,
      Regularization regularization) {
    Optimizer optimizer = Optimizer.create(spec, schedule, clip, regularization, LAYOUT, 10);
    float[] weights = GOLDEN.floats("start", 0);
    for (int step = 0; step < 10; step++) {
      float[] gradientSum = GOLDEN.floats("gradient", step);
      for (int i = 0; i < gradientSum.length; i++) {
        gradientSum[i] *= (float) WEIGHT_SUM;
      }
      optimizer.apply(weights, gradientSum, WEIGHT_SUM, step);
      float[] expected = GOLDEN.floats(name, step);
      for (int i = 0; i < weights.length; i++) {
        assertEquals(expected[i], weights[i], 1e-6, name + " step " + step + " element " + i);
      }
    }
  }
}
