package io.gradflow.driver.step;

import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.TaskTimings;
import io.gradflow.driver.reduce.StepReduction;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Folds a task's sums as soon as Spark hands them over; remembers who was slow. Closed when its job
 * has ended: of a job that was given up, answers may still be under way, and the reduction by then
 * expects those of another.
 */
final class FoldSums extends AbstractFunction2<Object, StepSums, BoxedUnit>
    implements AutoCloseable {
  private final StepReduction reduction;
  private final Answers answers = new Answers();
  private boolean closed;

  FoldSums(StepReduction reduction) {
    this.reduction = reduction;
  }

  @Override
  public synchronized BoxedUnit apply(Object partition, StepSums sums) {
    if (closed) {
      return BoxedUnit.UNIT;
    }
    answers.heard(sums.timings());
    reduction.add(sums);
    return BoxedUnit.UNIT;
  }

  /** From the first task's answer to the last one's. */
  long waitNanos() {
    return answers.spreadNanos();
  }

  TaskTimings slowest() {
    return answers.slowest();
  }

  /** Sums that come from now on are dropped. */
  @Override
  public synchronized void close() {
    closed = true;
  }
}
