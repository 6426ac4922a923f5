package io.gradflow.driver.report;

import io.gradflow.driver.train.EpochReport;
import io.gradflow.driver.train.Evaluation;
import io.gradflow.driver.train.PlateauState;
import io.gradflow.driver.train.StepReport;
import io.gradflow.driver.train.StepTimings;
import io.gradflow.driver.train.TrainResult;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.driver.train.TrainingStart;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A run of two epochs of three steps, played to listeners without training anything. */
final class RunFixture {
  private RunFixture() {}

  static final TrainingStart START = new TrainingStart(0, 2, 3, 250, 100, 4, 1234, "threads");

  static TrainResult play(TrainingListener... listeners) {
    for (TrainingListener listener : listeners) {
      listener.onStart(START);
      for (int step = 1; step <= 6; step++) {
        listener.onStep(step(step));
        if (step % 3 == 0) {
          listener.onEpoch(epoch(step / 3));
        }
      }
      listener.onEnd(result());
    }
    return result();
  }

  static StepReport step(int step) {
    int rows = step % 3 == 0 ? 50 : 100;
    return new StepReport(
        step,
        (step + 2) / 3,
        (step + 2) % 3 + 1,
        3,
        rows,
        rows,
        1.0 / step,
        0.001,
        2.5,
        2,
        new StepTimings(step * 1_000_000L, 500_000, 700, 1000, 2000, 3000, 4000));
  }

  static EpochReport epoch(int epoch) {
    return new EpochReport(
        epoch,
        epoch * 3L,
        0.5,
        evaluation(0.5 / epoch),
        Optional.of(evaluation(0.6 / epoch)),
        true);
  }

  static Evaluation evaluation(double loss) {
    Map<String, Object> metrics = new LinkedHashMap<>();
    metrics.put("accuracy", 1 - loss / 2);
    metrics.put("recall", List.of(0.5, Double.NaN));
    metrics.put("confusionMatrix", List.of(List.of(3.0, 1.0), List.of(0.0, 4.0)));
    return new Evaluation(250, 250, loss, metrics);
  }

  static TrainResult result() {
    return new TrainResult(
        new float[] {1},
        "ab12",
        TrainResult.Ending.COMPLETED,
        2,
        6,
        2.0,
        5.0,
        3,
        2,
        evaluation(0.25),
        Optional.of(evaluation(0.3)),
        Optional.of(new PlateauState(0.3, 0, 0, 0.25, List.of(1, 2))));
  }

  static RunSummary summary(String name) {
    StepStatistics steps = new StepStatistics();
    TrainResult result = play(steps);
    Map<String, Long> rows = new LinkedHashMap<>();
    rows.put("train", 250L);
    rows.put("validation", 25L);
    rows.put("test", 0L);
    rows.put("rejected", 3L);
    return new RunSummary(
        name, result, 4, 1234, Optional.empty(), rows, List.of(), steps, Optional.empty());
  }
}
