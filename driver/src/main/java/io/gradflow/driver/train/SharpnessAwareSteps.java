package io.gradflow.driver.train;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.optim.Perturbation;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.step.StepSum;
import java.util.Optional;

/**
 * Steps of two passes over the same rows with the same random numbers: the first says where the
 * loss grows, the second's gradient is taken a little that way. Losses, metrics and the changes of
 * statistics are the first's.
 *
 * <p>Weights that come in with version v go on as 2v, those moved as 2v + 1.
 */
final class SharpnessAwareSteps implements StepRunner {
  private final StepRunner steps;
  private final Perturbation perturbation;
  private final ParamLayout layout;
  private final float[] moved;
  private final float[] statistics;

  SharpnessAwareSteps(StepRunner steps, Perturbation perturbation, ParamLayout layout) {
    this.steps = steps;
    this.perturbation = perturbation;
    this.layout = layout;
    this.moved = new float[layout.size()];
    this.statistics = new float[layout.size() - layout.trainableSize()];
  }

  @Override
  public StepSum run(StepId id, Weights weights) {
    StepSum here = steps.run(id, own(weights));
    SubtreeSum sum = here.sum();
    if (sum.rows() == 0 || ArrayKernels.firstNonFinite(layout.size(), sum.gradientSum(), 0) >= 0) {
      return here;
    }
    perturbation.move(layout, weights.values(), sum.gradientSum(), moved);
    System.arraycopy(sum.gradientSum(), layout.trainableSize(), statistics, 0, statistics.length);
    double[] metricSums = sum.metricSums().clone();
    StepSum there = steps.run(id, movedOf(weights));
    float[] gradientSum = there.sum().gradientSum();
    System.arraycopy(statistics, 0, gradientSum, layout.trainableSize(), statistics.length);
    SubtreeSum both =
        new SubtreeSum(
            sum.level(),
            sum.index(),
            sum.rows(),
            sum.lossSum(),
            sum.weightSum(),
            gradientSum,
            metricSums);
    return AccumulatedSteps.plusTimes(here.withSum(both), there);
  }

  /** The weights themselves, under the version that they go on with. */
  static Weights own(Weights weights) {
    return new Weights(2 * weights.version(), weights.values());
  }

  private Weights movedOf(Weights weights) {
    return new Weights(2 * weights.version() + 1, moved);
  }

  @Override
  public SubtreeSum evaluate(Split split, Weights weights) {
    return steps.evaluate(split, own(weights));
  }

  @Override
  public Optional<String> nonFinite(StepId id, Weights weights) {
    Optional<String> here = steps.nonFinite(id, own(weights));
    return here.isPresent() ? here : steps.nonFinite(id, movedOf(weights));
  }

  @Override
  public String description() {
    return steps.description() + ", two passes a step";
  }

  @Override
  public void close() {
    steps.close();
  }
}
