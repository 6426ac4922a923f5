package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.Optional;

/**
 * Half a cosine (Loshchilov and Hutter 2017, without restarts): lr = end + (base - end) (1 + cos(pi
 * s / decaySteps)) / 2, s counted after the warm-up; end from s = decaySteps on.
 *
 * <p>PyTorch's {@code CosineAnnealingLR(T_max, eta_min)}, except that its rate rises again after
 * T_max steps. Without decaySteps the decay takes the rest of the run.
 */
@Kind("cosine")
@Doc("The learning rate falls along half a cosine.")
public record CosineSchedule(
    @Doc("Steps of decay after the warm-up; the rest of the run if left out.")
        Optional<Long> decaySteps,
    @Default("0") @Doc("The rate at the end.") double endLearningRate,
    @Default("0") @Doc("Steps of linear warm-up.") long warmupSteps)
    implements ScheduleSpec {
  public CosineSchedule {
    decaySteps.ifPresent(steps -> Hyperparameters.atLeast("cosine", "decaySteps", steps, 1));
    Hyperparameters.notNegative("cosine", "endLearningRate", endLearningRate);
    Hyperparameters.atLeast("cosine", "warmupSteps", warmupSteps, 0);
  }

  @Override
  public double learningRate(double base, long step, long totalSteps) {
    if (step < warmupSteps) {
      return Warmup.learningRate(base, step, warmupSteps);
    }
    long s = step - warmupSteps;
    long decay = decaySteps.isPresent() ? decaySteps.get() : Math.max(1, totalSteps - warmupSteps);
    if (s >= decay) {
      return endLearningRate;
    }
    double cosine = StrictMath.cos(StrictMath.PI * s / decay);
    return endLearningRate + (base - endLearningRate) * (1 + cosine) / 2;
  }
}
