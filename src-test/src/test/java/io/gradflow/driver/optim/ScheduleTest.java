package io.gradflow.driver.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleTest {
  private static final GoldenFile GOLDEN = new GoldenFile("schedules.txt");

  static Stream<Arguments> goldens() {
    return Stream.of(
        Arguments.of("constant_warmup", new ConstantSchedule(4)),
        Arguments.of("step", new StepSchedule(7, 0.1, 0)),
        Arguments.of("exponential", new ExponentialSchedule(0.9, 1, 0)),
        Arguments.of("cosine", new CosineSchedule(Optional.of(30L), 0.01, 0)),
        Arguments.of("cosine_warmup", new CosineSchedule(Optional.empty(), 0, 4)),
        Arguments.of("polynomial", new PolynomialSchedule(2, Optional.of(20L), 0, 0)),
        Arguments.of("linear", new PolynomialSchedule(1, Optional.empty(), 0, 0)),
        Arguments.of("multiStep", new MultiStepSchedule(List.of(5L, 6L, 20L), 0.1, 0)),
        Arguments.of("cosineRestarts", new CosineRestartsSchedule(7, 1, 0.01, 0)),
        Arguments.of("cosineRestarts_growing", new CosineRestartsSchedule(4, 2, 0, 0)),
        Arguments.of("oneCycle", new OneCycleSchedule(0.3, 25, 1e4)),
        Arguments.of("oneCycle_all", new OneCycleSchedule(0.5, 10, 100)),
        Arguments.of("cyclic", new CyclicSchedule(0.9, 5, Optional.empty(), 1)),
        Arguments.of("cyclic_all", new CyclicSchedule(0.9, 3, Optional.of(5L), 0.5)),
        Arguments.of(
            "joined",
            new JoinedSchedule(
                List.of(
                    piece(new ConstantSchedule(0), 6),
                    piece(new ExponentialSchedule(0.8, 1, 0), 9),
                    new JoinedSchedule.Piece(new StepSchedule(4, 0.1, 0), Optional.empty())))));
  }

  /** The golden run of oneCycle is a step longer than what is listed. */
  private static long length(String name) {
    return name.startsWith("oneCycle") ? 31 : 30;
  }

  private static JoinedSchedule.Piece piece(ScheduleSpec schedule, long steps) {
    return new JoinedSchedule.Piece(schedule, Optional.of(steps));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("goldens")
  void learningRate_thirtySteps_followsPyTorch(String name, ScheduleSpec schedule) {
    double[] expected = GOLDEN.rows(name).get(0);
    for (int step = 0; step < expected.length; step++) {
      assertEquals(
          expected[step],
          schedule.learningRate(0.3, step, length(name)),
          1e-13,
          name + " step " + step);
    }
  }

  static Stream<ScheduleSpec> warm() {
    return Stream.of(
        new ConstantSchedule(3),
        new StepSchedule(5, 0.5, 3),
        new ExponentialSchedule(0.5, 10, 3),
        new CosineSchedule(Optional.of(10L), 0, 3),
        new PolynomialSchedule(2, Optional.of(10L), 0, 3),
        new MultiStepSchedule(List.of(2L, 5L), 0.5, 3),
        new CosineRestartsSchedule(10, 1, 0, 3),
        new InverseSquareRootSchedule(3, Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("warm")
  void learningRate_warmup_risesByEqualStepsToTheBase(ScheduleSpec schedule) {
    assertEquals(0.25, schedule.learningRate(1, 0, 100), 1e-15);
    assertEquals(0.5, schedule.learningRate(1, 1, 100), 1e-15);
    assertEquals(0.75, schedule.learningRate(1, 2, 100), 1e-15);
    assertEquals(1, schedule.learningRate(1, 3, 100), 1e-15);
  }

  @Test
  void learningRate_exponentialEverySteps_isReachedAfterThatMany() {
    ScheduleSpec schedule = new ExponentialSchedule(0.25, 10, 0);
    assertEquals(0.5, schedule.learningRate(1, 5, 100), 1e-15);
    assertEquals(0.25, schedule.learningRate(1, 10, 100), 1e-15);
  }

  @Test
  void learningRate_afterTheDecay_staysAtTheEnd() {
    ScheduleSpec cosine = new CosineSchedule(Optional.of(10L), 0.01, 2);
    ScheduleSpec polynomial = new PolynomialSchedule(3, Optional.of(10L), 0.01, 2);
    for (long step = 12; step < 40; step++) {
      assertEquals(0.01, cosine.learningRate(1, step, 100));
      assertEquals(0.01, polynomial.learningRate(1, step, 100));
    }
  }

  @Test
  void learningRate_runShorterThanItsWarmup_isStillDefined() {
    ScheduleSpec cosine = new CosineSchedule(Optional.empty(), 0, 50);
    assertEquals(10 / 51.0, cosine.learningRate(1, 9, 10), 1e-15);
    assertEquals(1, cosine.learningRate(1, 50, 10));
  }

  @Test
  void learningRate_inverseSquareRoot_fallsWithTheRoot() {
    ScheduleSpec schedule = new InverseSquareRootSchedule(100, Optional.empty());
    assertEquals(0.5, schedule.learningRate(1, 400, 1000), 1e-15);
    assertEquals(0.1, schedule.learningRate(1, 10_000, 1000), 1e-15);
    schedule = new InverseSquareRootSchedule(0, Optional.of(50L));
    assertEquals(1, schedule.learningRate(1, 0, 1000));
    assertEquals(Math.sqrt(0.5), schedule.learningRate(1, 50, 1000), 1e-15);
  }

  @Test
  void learningRate_oneCycleOfFewSteps_isDefinedThroughout() {
    ScheduleSpec schedule = new OneCycleSchedule(0.3, 25, 1e4);
    for (long total = 1; total < 8; total++) {
      for (long step = 0; step < total + 2; step++) {
        double rate = schedule.learningRate(1, step, total);
        assertTrue(rate > 0 && rate <= 1, "step " + step + " of " + total + ": " + rate);
      }
    }
  }

  @Test
  void learningRate_joined_givesEachPieceItsOwnLength() {
    ScheduleSpec fall = new PolynomialSchedule(1, Optional.empty(), 0, 0);
    ScheduleSpec joined =
        new JoinedSchedule(
            List.of(piece(fall, 4), new JoinedSchedule.Piece(fall, Optional.empty())));
    assertEquals(0.25, joined.learningRate(1, 3, 14), 1e-15);
    assertEquals(1, joined.learningRate(1, 4, 14), 1e-15);
    assertEquals(0.1, joined.learningRate(1, 13, 14), 1e-15);
  }

  @Test
  void constructor_joinedPieces_onlyTheLastGoesOn() {
    JoinedSchedule.Piece open = new JoinedSchedule.Piece(new ConstantSchedule(0), Optional.empty());
    assertThrows(IllegalArgumentException.class, () -> new JoinedSchedule(List.of()));
    assertThrows(IllegalArgumentException.class, () -> new JoinedSchedule(List.of(open, open)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new JoinedSchedule(List.of(piece(new ConstantSchedule(0), 3))));
  }

  @Test
  void constructor_badHyperparameter_saysWhichAndWhatIsExpected() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new StepSchedule(0, 0.1, 0));
    assertEquals("step: everySteps is 0; expected at least 1", e.getMessage());
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new CosineSchedule(Optional.empty(), Double.NaN, 0));
    assertTrue(e.getMessage().startsWith("cosine: endLearningRate is NaN"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new ConstantSchedule(-1));
    assertThrows(
        IllegalArgumentException.class, () -> new MultiStepSchedule(List.of(5L, 5L), 0.1, 0));
    assertThrows(IllegalArgumentException.class, () -> new CosineRestartsSchedule(5, 0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new OneCycleSchedule(1, 25, 1e4));
    assertThrows(
        IllegalArgumentException.class, () -> new CyclicSchedule(1, 5, Optional.empty(), 1.5));
    assertThrows(IllegalArgumentException.class, () -> new ExponentialSchedule(0, 1, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PolynomialSchedule(Double.POSITIVE_INFINITY, Optional.empty(), 0, 0));
  }
}
