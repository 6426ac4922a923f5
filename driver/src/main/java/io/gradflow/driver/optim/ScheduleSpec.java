package io.gradflow.driver.optim;

import io.gradflow.common.spec.OneOf;

/**
 * How the learning rate changes over the steps: a pure function, in double and by {@link
 * StrictMath}, so that resuming needs no state and every machine agrees.
 *
 * <p>Most may begin with a linear warm-up over its first {@code warmupSteps} steps, {@code base
 * (step + 1) / (warmupSteps + 1)} (PyTorch's {@code LinearLR} with start factor {@code 1 /
 * (warmupSteps + 1)}: never zero, and the full rate comes in step {@code warmupSteps}). Its own
 * formula then counts {@code s = step - warmupSteps} from 0.
 */
@OneOf({
  ConstantSchedule.class,
  StepSchedule.class,
  ExponentialSchedule.class,
  CosineSchedule.class,
  PolynomialSchedule.class,
  MultiStepSchedule.class,
  CosineRestartsSchedule.class,
  OneCycleSchedule.class,
  CyclicSchedule.class,
  InverseSquareRootSchedule.class,
  JoinedSchedule.class,
  PlateauSchedule.class
})
public interface ScheduleSpec {
  /**
   * The learning rate of a step.
   *
   * @param base the optimizer's learning rate
   * @param step 0 in the first step
   * @param totalSteps steps that the run will take, for schedules that end with it
   */
  double learningRate(double base, long step, long totalSteps);

  /** The rate lowered by a factor in (0, 1], as far as the schedule lets it be. */
  default double lowered(double learningRate, double by) {
    return learningRate * by;
  }
}
