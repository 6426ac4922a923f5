package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.parallel.BlockTeam;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.IntConsumer;

/**
 * Turns gradient sums into new weights, in place: divides once, then clip, regularization and the
 * optimizer's own transforms as one {@link Chain}, then the descent. Statistics behind the
 * trainable part of the vectors are not touched.
 *
 * <p>Owned by one thread, which may have help; allocated once, a step allocates nothing.
 */
public final class Optimizer {
  /** Slices a block: up to 65,536 floats, some tens of microseconds. */
  private static final int BLOCK_SLICES = BlockTeam.BLOCK_FLOATS / Slices.MAX_LENGTH;

  private final OptimizerSpec spec;
  private final ScheduleSpec schedule;
  private final ParamLayout layout;
  private final long totalSteps;
  private final OptimizerState state = new OptimizerState();
  private final Chain chain;
  private final IntConsumer block = this::runBlock;
  private final BlockTeam alone = BlockTeam.alone();
  private int stage;
  private double learningRateFactor = 1;
  private double plateauFactor = 1;

  private Optimizer(Recipe recipe, ParamLayout layout, long totalSteps) {
    Hyperparameters.atLeast("optimizer", "totalSteps", totalSteps, 0);
    this.spec = recipe.optimizer();
    this.schedule = recipe.schedule();
    this.layout = layout;
    this.totalSteps = totalSteps;
    List<GradientTransform> before = new ArrayList<>(recipe.clip().transforms());
    before.addAll(recipe.regularization().transforms(recipe.seed()));
    before.addAll(spec.transforms());
    if (!recipe.learningRateFactors().isEmpty()) {
      before.add(new ScaleByParameter(recipe.learningRateFactors()));
    }
    List<GradientTransform> after = new ArrayList<>(spec.afterDescent());
    after.addAll(recipe.regularization().afterDescent());
    recipe.average().ifPresent(average -> after.add(average.transform(totalSteps)));
    this.chain = new Chain(before, after, layout, state);
  }

  /**
   * Binds an optimizer to a network's parameters.
   *
   * @param totalSteps steps that the run will take, for schedules that end with it
   */
  public static Optimizer create(Recipe recipe, ParamLayout layout, long totalSteps) {
    return new Optimizer(recipe, layout, totalSteps);
  }

  /** As {@link #create(Recipe, ParamLayout, long)} with {@link Recipe#of}. */
  public static Optimizer create(
      OptimizerSpec spec,
      ScheduleSpec schedule,
      ClipSpec clip,
      Regularization regularization,
      ParamLayout layout,
      long totalSteps) {
    return create(Recipe.of(spec, schedule, clip, regularization), layout, totalSteps);
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
    apply(weights, gradientSum, weightSum, step, alone);
  }

  /**
   * One step with help. The bits are those of one thread.
   *
   * @param team the calling thread's
   */
  public void apply(
      float[] weights, float[] gradientSum, double weightSum, long step, BlockTeam team) {
    begin(weights, gradientSum, weightSum, step);
    int blocks = (chain.slices() + BLOCK_SLICES - 1) / BLOCK_SLICES;
    for (stage = 0; stage < chain.stages(); stage++) {
      team.run(blocks, block);
      chain.end(stage);
    }
  }

  private void runBlock(int number) {
    int first = number * BLOCK_SLICES;
    chain.run(stage, first, Math.min(chain.slices(), first + BLOCK_SLICES));
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

  /** The learning rate of a step: the schedule's, lowered on plateaus, by the factor. */
  public double learningRate(long step) {
    double scheduled = schedule.learningRate(spec.learningRate(), step, totalSteps);
    return learningRateFactor * schedule.lowered(scheduled, plateauFactor);
  }

  /** Lowers the scheduled learning rate from now on; 1 at first. */
  public void plateauFactor(double factor) {
    plateauFactor = factor;
  }

  /** Where the gradient is to be taken, if not at the weights themselves. */
  public Optional<Perturbation> perturbation() {
    return spec.perturbation();
  }

  /** What lowers the learning rate on plateaus, if the schedule says so. */
  public Optional<PlateauSchedule> plateau() {
    return schedule instanceof PlateauSchedule plateau ? Optional.of(plateau) : Optional.empty();
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

  /** Whether there is an average of the weights by now. */
  public boolean hasAverage() {
    float[] count = state.arrays().get(AverageWeights.COUNT);
    return count != null && count[0] > 0;
  }

  /**
   * Copies the average over the trainable part of a flat vector.
   *
   * @throws IllegalStateException if there is none
   */
  public void average(float[] weights) {
    if (!hasAverage()) {
      throw new IllegalStateException("no average of the weights is kept, or none yet");
    }
    System.arraycopy(
        state.arrays().get(AverageWeights.WEIGHTS), 0, weights, 0, layout.trainableSize());
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
