package io.gradflow.driver.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.metric.MetricSet;
import io.gradflow.driver.optim.ClipSpec;
import io.gradflow.driver.optim.ConstantSchedule;
import io.gradflow.driver.optim.OptimGoldens;
import io.gradflow.driver.optim.Optimizer;
import io.gradflow.driver.optim.PlateauSchedule;
import io.gradflow.driver.optim.Regularization;
import io.gradflow.driver.optim.Sgd;
import io.gradflow.driver.step.SmallRun;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Lowering the learning rate beside PyTorch's ReduceLROnPlateau. */
class PlateauTest {
  private static final MetricSet METRICS = SmallRun.of(2).spec().metricSet();

  static Stream<Arguments> cases() {
    ConstantSchedule constant = new ConstantSchedule(0);
    return Stream.of(
        Arguments.of("plateau", new PlateauSchedule(0.5, 1, "train.loss", 0, 0, 0, constant)),
        Arguments.of(
            "plateau_all", new PlateauSchedule(0.1, 0, "train.loss", 0.02, 2, 0.002, constant)));
  }

  private static Evaluation loss(double value) {
    return new Evaluation(1, 1, value, Map.of());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void epoch_seventeenLosses_followsPyTorch(String name, PlateauSchedule schedule) {
    Optimizer optimizer =
        Optimizer.create(
            new Sgd(0.3),
            schedule,
            ClipSpec.NONE,
            Regularization.NONE,
            SmallRun.of(2).network().layout(),
            0);
    double[] losses = OptimGoldens.schedule("losses");
    double[] rates = OptimGoldens.schedule(name);
    for (int resumeAt = 0; resumeAt < losses.length; resumeAt += 5) {
      Plateau plateau = new Plateau(Optional.of(schedule), METRICS, false);
      for (int epoch = 0; epoch < losses.length; epoch++) {
        if (epoch == resumeAt) {
          PlateauState state = plateau.state();
          plateau = new Plateau(Optional.of(schedule), METRICS, false);
          plateau.restore(state);
        }
        double before = plateau.state().factor();
        boolean lowered = plateau.epoch(epoch + 1, loss(losses[epoch]), Optional.empty());
        assertEquals(lowered, plateau.state().factor() < before);
        assertEquals(lowered, plateau.state().loweredAfter().contains(epoch + 1));
        optimizer.plateauFactor(plateau.state().factor());
        assertEquals(rates[epoch], optimizer.learningRate(epoch), 1e-12, name + " epoch " + epoch);
      }
    }
  }

  @Test
  void constructor_metricThatIsNotMeasured_namesThoseThatAre() {
    PlateauSchedule schedule =
        new PlateauSchedule(0.5, 1, "validation.loss", 0, 0, 0, new ConstantSchedule(0));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Plateau(Optional.of(schedule), METRICS, false));
    assertTrue(
        e.getMessage().startsWith("reduceOnPlateau watches validation.loss; this run measures"),
        e.getMessage());
  }
}
