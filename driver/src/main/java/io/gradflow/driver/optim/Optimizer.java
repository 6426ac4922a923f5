package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Executor;

/**
 * Turns gradient sums into new weights, in place: divides once, runs the chain, descends. Owned by
 * one thread; allocated once, a step allocates nothing.
 */
public final class Optimizer {
  private final OptimizerSpec spec;
  private final ScheduleSpec schedule;
  private final long totalSteps;
  private final OptimizerState state = new OptimizerState();

  private Optimizer(OptimizerSpec spec, ScheduleSpec schedule, long totalSteps) {
    this.spec = spec;
    this.schedule = schedule;
    this.totalSteps = totalSteps;
  }

  /**
   * Binds an optimizer to a network's parameters.
   *
   * @param totalSteps steps that the run will take, for schedules that end with it
   */
  public static Optimizer create(
      OptimizerSpec spec,
      ScheduleSpec schedule,
      ClipSpec clip,
      Regularization regularization,
      ParamLayout layout,
      long totalSteps) {
    return new Optimizer(spec, schedule, totalSteps);
  }

  /**
   * One step on the calling thread.
   *
   * @param weights the flat weights; the trainable part is updated in place
   * @param gradientSum sum over examples of weighted gradients; may be destroyed
   * @param weightSum sum of the examples' weights, what the gradient is divided by
   * @param step steps taken before this one
   */
  public void apply(float[] weights, float[] gradientSum, double weightSum, long step) {
    if (totalSteps >= 0) {
      throw new UnsupportedOperationException();
    }
  }

  /**
   * One step with help: the calling thread and up to {@code threads - 1} tasks of the executor. The
   * bits are those of one thread.
   */
  public void apply(
      float[] weights,
      float[] gradientSum,
      double weightSum,
      long step,
      int threads,
      Executor executor) {
    if (totalSteps >= 0) {
      throw new UnsupportedOperationException();
    }
  }

  /** The learning rate of a step; pure. */
  public double learningRate(long step) {
    return schedule.learningRate(spec.learningRate(), step, totalSteps);
  }

  /** The Euclidean norm of the last step's mean gradient, before clipping. */
  public double gradientNorm() {
    return Double.NaN;
  }

  /** The state by name, e.g. {@code adam/m}: the arrays themselves, to be read between steps. */
  public SortedMap<String, float[]> state() {
    return state.arrays();
  }

  /**
   * Copies saved state in.
   *
   * @throws IllegalArgumentException if names or lengths are not those of {@link #state()}
   */
  public void restore(Map<String, float[]> saved) {
    if (totalSteps >= 0) {
      throw new UnsupportedOperationException();
    }
  }
}
