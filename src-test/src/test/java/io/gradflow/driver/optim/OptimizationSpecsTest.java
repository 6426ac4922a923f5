package io.gradflow.driver.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.spec.SpecException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Optimizers, schedules and bounds as job files name them. */
class OptimizationSpecsTest {
  private static final List<String> NONE = List.of();

  /** PyTorch's defaults; the papers' where it lacks the optimizer. */
  static Stream<Arguments> defaults() {
    return Stream.of(
        Arguments.of("sgd", new Sgd(1e-3)),
        Arguments.of("momentum", new Momentum(1e-3, 0.9, 0)),
        Arguments.of("nesterov", new Nesterov(1e-3, 0.9)),
        Arguments.of("adam", new Adam(1e-3, 0.9, 0.999, 1e-8)),
        Arguments.of("adamW", new AdamW(1e-3, 0.9, 0.999, 1e-8, 1e-2, NONE)),
        Arguments.of("adagrad", new Adagrad(1e-2, 0, 1e-10)),
        Arguments.of("rmsProp", new RmsProp(1e-2, 0.99, 1e-8, 0, false)),
        Arguments.of("adadelta", new Adadelta(1, 0.9, 1e-6)),
        Arguments.of("adamax", new Adamax(2e-3, 0.9, 0.999, 1e-8)),
        Arguments.of("nadam", new Nadam(2e-3, 0.9, 0.999, 1e-8, 4e-3)),
        Arguments.of("amsGrad", new AmsGrad(1e-3, 0.9, 0.999, 1e-8)),
        Arguments.of("radam", new Radam(1e-3, 0.9, 0.999, 1e-8)),
        Arguments.of("rprop", new Rprop(1e-2, 0.5, 1.2, 1e-6, 50)),
        Arguments.of("lion", new Lion(1e-4, 0.9, 0.99, 0, NONE)),
        Arguments.of("lamb", new Lamb(1e-3, 0.9, 0.999, 1e-6, 0, NONE)),
        Arguments.of("lars", new Lars(0.1, 0.9, 0, 1e-3, NONE)),
        Arguments.of("adafactor", new Adafactor(1e-2, 0.8, 1, true, true, 1e-30, 1e-3)),
        Arguments.of("muon", new Muon(0.02, 0.95, 5, 1e-3, 0.9, 0.999, 1e-8, 0, NONE)),
        Arguments.of("lbfgs", new Lbfgs(1, 10, 0.9)),
        Arguments.of("lookahead", new Lookahead(new Adam(1e-3, 0.9, 0.999, 1e-8), 5, 0.5)),
        Arguments.of("sam", new SharpnessAware(new Adam(1e-3, 0.9, 0.999, 1e-8), 0.05, false)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("defaults")
  void read_kindAlone_hasTheDefaults(String kind, OptimizerSpec expected) {
    assertEquals(expected, SpecReader.readYaml(kind, "job.yaml", OptimizerSpec.class));
  }

  private static <T> T rewritten(T spec, Class<T> family) {
    return SpecReader.readJson(SpecWriter.toJson(SpecWriter.toTree(spec, family)), family);
  }

  static Stream<OptimizerSpec> optimizers() {
    return Bed.all();
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void read_writtenOptimizer_isTheSame(OptimizerSpec spec) {
    assertEquals(spec, rewritten(spec, OptimizerSpec.class));
  }

  static Stream<ScheduleSpec> schedules() {
    return Stream.of(
        new ConstantSchedule(3),
        new StepSchedule(5, 0.5, 3),
        new ExponentialSchedule(0.5, 10, 3),
        new CosineSchedule(Optional.of(10L), 0.1, 3),
        new PolynomialSchedule(2, Optional.empty(), 0, 3),
        new MultiStepSchedule(List.of(2L, 5L), 0.5, 3),
        new CosineRestartsSchedule(10, 2, 0, 3),
        new OneCycleSchedule(0.3, 25, 1e4),
        new CyclicSchedule(0.9, 5, Optional.of(3L), 0.5),
        new InverseSquareRootSchedule(3, Optional.empty()),
        new PlateauSchedule(0.5, 3, "train.loss", 0.1, 2, 1e-5, new StepSchedule(5, 0.5, 3)),
        new JoinedSchedule(
            List.of(
                new JoinedSchedule.Piece(new ConstantSchedule(0), Optional.of(9L)),
                new JoinedSchedule.Piece(new StepSchedule(5, 0.5, 3), Optional.empty()))));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void read_writtenSchedule_isTheSame(ScheduleSpec spec) {
    assertEquals(spec, rewritten(spec, ScheduleSpec.class));
  }

  @Test
  void read_sectionsOfAJob_areAsWritten() {
    assertEquals(
        new AdamW(0.01, 0.9, 0.999, 1e-8, 0.1, List.of("*/bias")),
        SpecReader.readYaml(
            "adamW: {learningRate: 0.01, weightDecay: 0.1, exclude: ['*/bias']}",
            "job.yaml",
            OptimizerSpec.class));
    assertEquals(
        new CosineSchedule(Optional.empty(), 0, 50),
        SpecReader.readYaml("cosine: {warmupSteps: 50}", "job.yaml", ScheduleSpec.class));
    assertEquals(
        new StepSchedule(100, 0.1, 0),
        SpecReader.readYaml("step: 100", "job.yaml", ScheduleSpec.class));
    assertEquals(
        new ClipSpec(Optional.empty(), Optional.of(1.0), Optional.empty()),
        SpecReader.readYaml("globalNorm: 1.0", "job.yaml", ClipSpec.class));
    assertEquals(
        new ClipSpec(Optional.empty(), Optional.empty(), Optional.of(new AdaptiveClip(0.02, NONE))),
        SpecReader.readYaml("adaptive: {ratio: 0.02}", "job.yaml", ClipSpec.class));
    assertEquals(
        Regularization.of(0, 1e-4, NONE, false),
        SpecReader.readYaml("l2: 1e-4", "job.yaml", Regularization.class));
  }

  @Test
  void read_badHyperparameter_isAFaultOfTheFile() {
    SpecException e =
        assertThrows(
            SpecException.class,
            () ->
                SpecReader.readYaml(
                    "adam: {learningRate: 0.1, beta1: 1.5}", "job.yaml", OptimizerSpec.class));
    assertTrue(
        e.getMessage().contains("adam: beta1 is 1.5; expected a number in [0, 1)"), e.getMessage());
  }
}
