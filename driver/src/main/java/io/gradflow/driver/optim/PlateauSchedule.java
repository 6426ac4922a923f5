package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/**
 * Another schedule, lowered when a metric stops improving. The lowering is the trainer's, which
 * knows the metrics; here is what it goes by.
 *
 * <p>PyTorch's {@code ReduceLROnPlateau} with {@code threshold_mode="abs"}; its {@code min_lr} is
 * minLearningRate.
 *
 * @param schedule what is lowered
 * @param metric {@code validation.loss}, {@code train.loss}, or {@code validation.} and a metric
 * @param factor what each lowering multiplies the rate by, in (0, 1)
 * @param patience epochs without improvement that are let pass
 * @param minDelta improvement that counts
 * @param cooldown epochs after a lowering that do not count
 * @param minLearningRate the rate is not lowered beyond this
 */
@Kind("reduceOnPlateau")
@Doc("Another schedule, lowered whenever a metric stops improving.")
public record PlateauSchedule(
    @Default("0.1") @Doc("What each lowering multiplies the rate by, in (0, 1).") double factor,
    @Default("10") @Doc("Epochs without improvement that are let pass.") int patience,
    @Default("validation.loss") @Doc("The metric to watch.") String metric,
    @Default("0") @Doc("The improvement that counts.") double minDelta,
    @Default("0") @Doc("Epochs after a lowering that do not count.") int cooldown,
    @Default("0") @Doc("The rate is not lowered beyond this.") double minLearningRate,
    @Default("constant") @Doc("The schedule that is lowered.") ScheduleSpec schedule)
    implements ScheduleSpec {
  public PlateauSchedule {
    Hyperparameters.positive("reduceOnPlateau", "factor", factor);
    Hyperparameters.fraction("reduceOnPlateau", "factor", factor);
    Hyperparameters.atLeast("reduceOnPlateau", "patience", (long) patience, 0);
    Hyperparameters.notNegative("reduceOnPlateau", "minDelta", minDelta);
    Hyperparameters.atLeast("reduceOnPlateau", "cooldown", (long) cooldown, 0);
    Hyperparameters.notNegative("reduceOnPlateau", "minLearningRate", minLearningRate);
    if (schedule instanceof PlateauSchedule) {
      throw new IllegalArgumentException(
          "reduceOnPlateau: its schedule is another reduceOnPlateau");
    }
  }

  /** The rate before any lowering. */
  @Override
  public double learningRate(double base, long step, long totalSteps) {
    return schedule.learningRate(base, step, totalSteps);
  }

  @Override
  public double lowered(double learningRate, double by) {
    return Math.max(learningRate * by, Math.min(learningRate, minLearningRate));
  }
}
