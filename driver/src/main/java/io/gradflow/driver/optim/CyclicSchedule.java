package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.Optional;

/**
 * Triangles (Smith 2017): the rate rises in a straight line from base to peak over upSteps and
 * falls back over downSteps, again and again; the height of cycle n, from 0, is multiplied by
 * heightFactor^n.
 *
 * <p>PyTorch's {@code CyclicLR(base_lr, max_lr)}: heightFactor 1 is its mode triangular, 0.5
 * triangular2. It does not cycle momentum.
 */
@Kind("cyclic")
@Doc("The learning rate rises and falls in triangles.")
public record CyclicSchedule(
    @Doc("The highest rate of the first cycle.") double peakLearningRate,
    @Default("2000") @Doc("Steps from base to peak.") long upSteps,
    @Doc("Steps from peak to base; upSteps if left out.") Optional<Long> downSteps,
    @Default("1") @Doc("What each cycle's height is multiplied by, in (0, 1].") double heightFactor)
    implements ScheduleSpec {
  public CyclicSchedule {
    Hyperparameters.positive("cyclic", "peakLearningRate", peakLearningRate);
    Hyperparameters.atLeast("cyclic", "upSteps", upSteps, 1);
    downSteps.ifPresent(steps -> Hyperparameters.atLeast("cyclic", "downSteps", steps, 1));
    Hyperparameters.positive("cyclic", "heightFactor", heightFactor);
    if (heightFactor > 1) {
      throw new IllegalArgumentException(
          "cyclic: heightFactor is " + heightFactor + "; expected at most 1");
    }
  }

  @Override
  public double learningRate(double base, long step, long totalSteps) {
    long down = downSteps.isPresent() ? downSteps.get() : upSteps;
    long cycle = step / (upSteps + down);
    long t = step % (upSteps + down);
    double height = t <= upSteps ? (double) t / upSteps : (double) (upSteps + down - t) / down;
    double factor = StrictMath.pow(heightFactor, (double) cycle);
    return base + (peakLearningRate - base) * height * factor;
  }
}
