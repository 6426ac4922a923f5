package io.gradflow.driver.train;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.data.BatchPlan;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.step.StepSum;
import java.util.Optional;

/**
 * Steps of several minibatches: their sums are added up one after the other, in the order of the
 * epoch, so that no bit depends on how each is computed. The last step of an epoch has what is left
 * of it. Random numbers are those of the single minibatches.
 */
final class AccumulatedSteps implements StepRunner {
  private final StepRunner steps;
  private final BatchPlan plan;
  private final int minibatches;
  private final float[] gradientSum;

  /**
   * @param minibatches a step, at most
   */
  AccumulatedSteps(StepRunner steps, BatchPlan plan, int minibatches, ParamLayout layout) {
    this.steps = steps;
    this.plan = plan;
    this.minibatches = minibatches;
    this.gradientSum = new float[layout.size()];
  }

  /** Steps an epoch when each has so many minibatches. */
  static int perEpoch(BatchPlan plan, int minibatches) {
    return -Math.floorDiv(-plan.stepsPerEpoch(), minibatches);
  }

  private int first(StepId id) {
    return id.stepInEpoch() * minibatches;
  }

  private int end(StepId id) {
    return Math.min(first(id) + minibatches, plan.stepsPerEpoch());
  }

  private StepId minibatch(StepId id, int k) {
    return new StepId((long) id.epoch() * plan.stepsPerEpoch() + k, id.epoch(), k);
  }

  @Override
  public StepSum run(StepId id, Weights weights) {
    StepSum total = null;
    for (int k = first(id); k < end(id); k++) {
      StepSum one = steps.run(minibatch(id, k), weights);
      total = total == null ? begin(one) : add(total, one);
    }
    return total;
  }

  /** The first minibatch's sums in arrays of our own: the runner's are lent until its next call. */
  private StepSum begin(StepSum one) {
    SubtreeSum sum = one.sum();
    if (sum.rows() == 0) {
      return one;
    }
    System.arraycopy(sum.gradientSum(), 0, gradientSum, 0, gradientSum.length);
    return one.withSum(
        new SubtreeSum(
            sum.level(),
            sum.index(),
            sum.rows(),
            sum.lossSum(),
            sum.weightSum(),
            gradientSum,
            sum.metricSums().clone()));
  }

  private StepSum add(StepSum total, StepSum one) {
    SubtreeSum sum = total.sum();
    SubtreeSum next = one.sum();
    if (sum.rows() == 0 && next.rows() > 0) {
      return plusTimes(begin(one), total);
    }
    if (next.rows() == 0) {
      return plusTimes(total, one);
    }
    for (int i = 0; i < gradientSum.length; i++) {
      gradientSum[i] += next.gradientSum()[i];
    }
    double[] metricSums = sum.metricSums();
    for (int i = 0; i < metricSums.length; i++) {
      metricSums[i] += next.metricSums()[i];
    }
    return plusTimes(
        total.withSum(
            new SubtreeSum(
                sum.level(),
                sum.index(),
                sum.rows() + next.rows(),
                sum.lossSum() + next.lossSum(),
                sum.weightSum() + next.weightSum(),
                gradientSum,
                metricSums)),
        one);
  }

  static StepSum plusTimes(StepSum step, StepSum other) {
    return new StepSum(
        step.sum(),
        step.tasks(),
        step.computeNanos() + other.computeNanos(),
        step.waitNanos() + other.waitNanos(),
        step.broadcastNanos() + other.broadcastNanos(),
        step.reduceNanos() + other.reduceNanos(),
        step.totalNanos() + other.totalNanos());
  }

  @Override
  public SubtreeSum evaluate(Split split, Weights weights) {
    return steps.evaluate(split, weights);
  }

  @Override
  public Optional<String> nonFinite(StepId id, Weights weights) {
    for (int k = first(id); k < end(id); k++) {
      Optional<String> culprit = steps.nonFinite(minibatch(id, k), weights);
      if (culprit.isPresent()) {
        return culprit;
      }
    }
    return Optional.empty();
  }

  @Override
  public String description() {
    return steps.description();
  }

  @Override
  public void close() {
    steps.close();
  }
}
