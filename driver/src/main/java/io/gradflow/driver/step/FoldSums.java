package io.gradflow.driver.step;

import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.TaskTimings;
import io.gradflow.driver.reduce.StepReduction;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** Folds a task's sums as soon as Spark hands them over; remembers who was slow. */
final class FoldSums extends AbstractFunction2<Object, StepSums, BoxedUnit> {
  private final StepReduction reduction;
  private final Answers answers = new Answers();
  private volatile TaskTimings slowest = TaskTimings.NONE;

  FoldSums(StepReduction reduction) {
    this.reduction = reduction;
  }

  @Override
  public BoxedUnit apply(Object partition, StepSums sums) {
    answers.heard();
    reduction.add(sums);
    if (sums.timings().computeNanos() > slowest.computeNanos()) {
      slowest = sums.timings();
    }
    return BoxedUnit.UNIT;
  }

  /** From the first task's answer to the last one's. */
  long waitNanos() {
    return answers.spreadNanos();
  }

  TaskTimings slowest() {
    return slowest;
  }
}
