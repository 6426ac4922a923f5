package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Executor;

/**
 * Turns gradient sums into new weights, in place: divides once, then clip, regularization and the
 * optimizer's own transforms as one {@link Chain}, then the descent. Statistics behind the
 * trainable part of the vectors are not touched.
 *
 * <p>Owned by one thread, which may have help; allocated once, a step allocates nothing.
 */
public final class Optimizer {
  private final OptimizerSpec spec;
  private final ScheduleSpec schedule;
  private final ParamLayout layout;
  private final long totalSteps;
  private final OptimizerState state = new OptimizerState();
  private final Chain chain;
  private final SliceTeam team;
  private double learningRateFactor = 1;

  private Optimizer(
      OptimizerSpec spec,
      ScheduleSpec schedule,
      List<GradientTransform> transforms,
      ParamLayout layout,
      long totalSteps) {
    Hyperparameters.atLeast("optimizer", "totalSteps", totalSteps, 0);
    this.spec = spec;
    this.schedule = schedule;
    this.layout = layout;
    this.totalSteps = totalSteps;
    this.chain = new Chain(transforms, layout, state);
    this.team = new SliceTeam(chain);
  }

  /** Binds an optimizer to a network's parameters, all with the same learning rate. */
  public static Optimizer create(
      OptimizerSpec spec,
      ScheduleSpec schedule,
      ClipSpec clip,
      Regularization regularization,
      ParamLayout layout,
      long totalSteps) {
    return create(spec, schedule, clip, regularization, Map.of(), layout, totalSteps);
  }

  /**
   * Binds an optimizer to a network's parameters.
   *
   * @param learningRateFactors what multiplies the learning rate of parameters, by patterns of
   *     their names, as {@link ScaleByParameter}; 0 freezes
   * @param totalSteps steps that the run will take, for schedules that end with it
   */
  public static Optimizer create(
      OptimizerSpec spec,
      ScheduleSpec schedule,
      ClipSpec clip,
      Regularization regularization,
      Map<String, Double> learningRateFactors,
      ParamLayout layout,
      long totalSteps) {
    List<GradientTransform> transforms = new ArrayList<>(clip.transforms());
    transforms.addAll(regularization.transforms());
    transforms.addAll(spec.transforms());
    if (!learningRateFactors.isEmpty()) {
      transforms.add(new ScaleByParameter(learningRateFactors));
    }
    return new Optimizer(spec, schedule, transforms, layout, totalSteps);
  }

  /**
   * One step on the calling thread.
   *
   * @param weights the flat weights; the trainable part is updated in place
   * @param gradientSum sum over examples of weighted gradients; its trainable part is destroyed
   * @param weightSum sum of the examples' weights, what the gradient is divided by
   * @param step steps taken before this one
   * @throws IllegalArgumentException if an array is not as long as the layout, the weight sum is
   *     not positive and finite, or the step is negative
   */
  public void apply(float[] weights, float[] gradientSum, double weightSum, long step) {
    begin(weights, gradientSum, weightSum, step);
    for (int stage = 0; stage < chain.stages(); stage++) {
      chain.run(stage, 0, chain.slices());
      chain.end(stage);
    }
  }

  /**
   * One step with help: the calling thread and up to {@code threads - 1} tasks of the executor,
   * which takes part as far as it has threads to spare and may be busy or of any size. The bits are
   * those of one thread.
   */
  public void apply(
      float[] weights,
      float[] gradientSum,
      double weightSum,
      long step,
      int threads,
      Executor executor) {
    Hyperparameters.atLeast("optimizer", "threads", threads, 1);
    begin(weights, gradientSum, weightSum, step);
    for (int stage = 0; stage < chain.stages(); stage++) {
      team.run(stage, threads, executor);
      chain.end(stage);
    }
  }

  private void begin(float[] weights, float[] gradientSum, double weightSum, long step) {
    checkLength("weights", weights);
    checkLength("gradient", gradientSum);
    if (!(weightSum > 0 && Double.isFinite(weightSum))) {
      throw new IllegalArgumentException(
          "step "
              + step
              + ": total example weight is "
              + weightSum
              + "; expected a finite number"
              + " above 0");
    }
    Hyperparameters.atLeast("optimizer", "step", step, 0);
    chain.begin(weights, gradientSum, weightSum, step, learningRate(step));
  }

  private void checkLength(String what, float[] array) {
    if (array.length != layout.size()) {
      throw new IllegalArgumentException(
          what + " has " + array.length + " floats; the layout has " + layout.size());
    }
  }

  /** The learning rate of a step: the schedule's, by the factor. */
  public double learningRate(long step) {
    return learningRateFactor * schedule.learningRate(spec.learningRate(), step, totalSteps);
  }

  /** What the scheduled learning rate is multiplied by; 1 at first. */
  public double learningRateFactor() {
    return learningRateFactor;
  }

  /** Multiplies the scheduled learning rate from now on; part of what a checkpoint saves. */
  public void learningRateFactor(double factor) {
    learningRateFactor = factor;
  }

  /** The Euclidean norm of the last step's mean gradient, before clipping; NaN before any. */
  public double gradientNorm() {
    return chain.gradientNorm();
  }

  /** The state by name, e.g. {@code adam/m}: the arrays themselves, to be read between steps. */
  public SortedMap<String, float[]> state() {
    return state.arrays();
  }

  /**
   * Copies saved state in.
   *
   * @throws IllegalArgumentException if names or lengths are not those of {@link #state()}; then
   *     nothing is changed
   */
  public void restore(Map<String, float[]> saved) {
    state.restore(saved);
  }
}
