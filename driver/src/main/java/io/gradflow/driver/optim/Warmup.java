package io.gradflow.driver.optim;

/** The linear warm-up that all schedules share; formula at {@link ScheduleSpec}. */
final class Warmup {
  private Warmup() {}

  static double learningRate(double base, long step, long warmupSteps) {
    return base * ((step + 1) / (warmupSteps + 1.0));
  }
}
