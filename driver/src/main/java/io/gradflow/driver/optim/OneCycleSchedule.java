package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/**
 * One cycle (Smith and Topin 2017): over the whole run the rate rises along half a cosine from base
 * / startDivisor to base, the highest, and falls along another to base / (startDivisor endDivisor).
 * The rise ends at step riseShare totalSteps - 1.
 *
 * <p>PyTorch's {@code OneCycleLR(max_lr)} in two phases, defaults included, except that momentum is
 * not cycled against the rate.
 */
@Kind("oneCycle")
@Doc("The learning rate rises to its highest and falls far below its start, once.")
public record OneCycleSchedule(
    @Default("0.3") @Doc("Share of the run in which the rate rises, in [0, 1).") double riseShare,
    @Default("25") @Doc("The rate starts at the highest divided by this.") double startDivisor,
    @Default("10000") @Doc("The rate ends at its start divided by this.") double endDivisor)
    implements ScheduleSpec {
  public OneCycleSchedule {
    Hyperparameters.fraction("oneCycle", "riseShare", riseShare);
    Hyperparameters.positive("oneCycle", "startDivisor", startDivisor);
    Hyperparameters.positive("oneCycle", "endDivisor", endDivisor);
  }

  @Override
  public double learningRate(double base, long step, long totalSteps) {
    double top = riseShare * totalSteps - 1;
    double start = base / startDivisor;
    if (step <= top) {
      return top > 0 ? between(start, base, step / top) : base;
    }
    double from = Math.max(top, 0);
    double fall = step <= from ? 0 : Math.min(1, (step - from) / (totalSteps - 1 - from));
    return between(base, start / endDivisor, fall);
  }

  private static double between(double from, double to, double share) {
    return to + (from - to) * (1 + StrictMath.cos(StrictMath.PI * share)) / 2;
  }
}
