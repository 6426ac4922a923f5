package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Stairs at given steps: lr = base factor^(number of milestones <= s), s counted after the warm-up.
 * PyTorch's {@code MultiStepLR(milestones, gamma)}, factor 0.1 as there.
 */
@Kind("multiStep")
@Doc("The learning rate is multiplied by a factor at given steps.")
public record MultiStepSchedule(
    @Doc("Steps at which the rate changes, rising.") List<Long> milestones,
    @Default("0.1") @Doc("What the rate is multiplied by.") double factor,
    @Default("0") @Doc("Steps of linear warm-up.") long warmupSteps)
    implements ScheduleSpec {
  public MultiStepSchedule {
    milestones = List.copyOf(milestones);
    long least = 1;
    for (long milestone : milestones) {
      Hyperparameters.atLeast("multiStep", "milestone", milestone, least);
      least = milestone + 1;
    }
    Hyperparameters.positive("multiStep", "factor", factor);
    Hyperparameters.atLeast("multiStep", "warmupSteps", warmupSteps, 0);
  }

  @Override
  public double learningRate(double base, long step, long totalSteps) {
    if (step < warmupSteps) {
      return Warmup.learningRate(base, step, warmupSteps);
    }
    int changes = 0;
    while (changes < milestones.size() && milestones.get(changes) <= step - warmupSteps) {
      changes++;
    }
    return base * StrictMath.pow(factor, changes);
  }
}
