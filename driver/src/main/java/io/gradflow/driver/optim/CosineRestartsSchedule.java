package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/**
 * Half a cosine again and again (SGDR, Loshchilov and Hutter 2017): lr = end + (base - end) (1 +
 * cos(pi t / T)) / 2, t counted from the last restart, each period T periodFactor times the one
 * before. PyTorch's {@code CosineAnnealingWarmRestarts(T_0, T_mult, eta_min)}.
 */
@Kind("cosineRestarts")
@Doc("The learning rate falls along half a cosine, again and again.")
public record CosineRestartsSchedule(
    @Doc("Steps of the first period.") long period,
    @Default("1") @Doc("How many times longer each period is than the one before.")
        int periodFactor,
    @Default("0") @Doc("The rate at the end of a period.") double endLearningRate,
    @Default("0") @Doc("Steps of linear warm-up.") long warmupSteps)
    implements ScheduleSpec {
  public CosineRestartsSchedule {
    Hyperparameters.atLeast("cosineRestarts", "period", period, 1);
    Hyperparameters.atLeast("cosineRestarts", "periodFactor", (long) periodFactor, 1);
    Hyperparameters.notNegative("cosineRestarts", "endLearningRate", endLearningRate);
    Hyperparameters.atLeast("cosineRestarts", "warmupSteps", warmupSteps, 0);
  }

  @Override
  public double learningRate(double base, long step, long totalSteps) {
    if (step < warmupSteps) {
      return Warmup.learningRate(base, step, warmupSteps);
    }
    long t = step - warmupSteps;
    long length = period;
    if (periodFactor == 1) {
      t %= length;
    }
    while (t >= length) {
      t -= length;
      length *= periodFactor;
    }
    double cosine = StrictMath.cos(StrictMath.PI * t / length);
    return endLearningRate + (base - endLearningRate) * (1 + cosine) / 2;
  }
}
