package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.Optional;

/**
 * Polynomial decay: lr = end + (base - end) (1 - s / decaySteps)^power, s counted after the
 * warm-up; end from s = decaySteps on.
 *
 * <p>PyTorch's {@code PolynomialLR(total_iters, power)}, whose end is 0 and whose decay takes 5
 * steps by default; without decaySteps ours takes the rest of the run. Power 1 is a straight line.
 */
@Kind("polynomial")
@Doc("The learning rate falls along a power of the remaining steps.")
public record PolynomialSchedule(
    @Default("1") @Doc("The exponent; 1 is linear.") double power,
    @Doc("Steps of decay after the warm-up; the rest of the run if left out.")
        Optional<Long> decaySteps,
    @Default("0") @Doc("The rate at the end.") double endLearningRate,
    @Default("0") @Doc("Steps of linear warm-up.") long warmupSteps)
    implements ScheduleSpec {
  public PolynomialSchedule {
    Hyperparameters.positive("polynomial", "power", power);
    decaySteps.ifPresent(steps -> Hyperparameters.atLeast("polynomial", "decaySteps", steps, 1));
    Hyperparameters.notNegative("polynomial", "endLearningRate", endLearningRate);
    Hyperparameters.atLeast("polynomial", "warmupSteps", warmupSteps, 0);
  }

  @Override
  public double learningRate(double base, long step, long totalSteps) {
    if (step < warmupSteps) {
      return Warmup.learningRate(base, step, warmupSteps);
    }
    long s = step - warmupSteps;
    long decay = decaySteps.isPresent() ? decaySteps.get() : Math.max(1, totalSteps - warmupSteps);
    double left = Math.max(0, 1 - (double) s / decay);
    return endLearningRate + (base - endLearningRate) * StrictMath.pow(left, power);
  }
}
