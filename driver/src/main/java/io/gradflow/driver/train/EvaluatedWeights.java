package io.gradflow.driver.train;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.data.BatchPlan;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.Weights;
import io.gradflow.driver.optim.Optimizer;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * The weights that are evaluated and kept: the average, where the optimizer has one, else the
 * weights themselves. Statistics of batch normalisation belong to the weights that they were
 * gathered with, so an average gets its own: some training minibatches are passed through, and each
 * statistic becomes its mean over the second half of these passes.
 */
final class EvaluatedWeights {
  private final ParamLayout layout;
  private final BatchPlan plan;
  private final Optimizer optimizer;
  private final Passes passes;
  private final LongSupplier versions;
  private final int refreshes;
  private float[] average;

  /**
   * @param versions a new number for weights at every call
   * @param refreshes minibatches for the statistics, at most an epoch's
   */
  EvaluatedWeights(
      ParamLayout layout,
      BatchPlan plan,
      Optimizer optimizer,
      Passes passes,
      LongSupplier versions,
      int refreshes) {
    this.layout = layout;
    this.plan = plan;
    this.optimizer = optimizer;
    this.passes = passes;
    this.versions = versions;
    this.refreshes = Math.min(refreshes, plan.stepsPerEpoch());
  }

  /**
   * The weights to evaluate.
   *
   * @param epoch whose minibatches refresh the statistics, from 0; nothing else depends on it
   * @return {@code weights}, or an array that is overwritten by the next call
   */
  Weights of(Weights weights, int epoch) {
    if (!optimizer.hasAverage()) {
      return weights;
    }
    if (average == null) {
      average = new float[layout.size()];
    }
    System.arraycopy(weights.values(), 0, average, 0, layout.size());
    optimizer.average(average);
    refresh(epoch);
    return new Weights(versions.getAsLong(), average);
  }

  private void refresh(int epoch) {
    int from = layout.trainableSize();
    double[] sums = new double[layout.size() - from];
    int counted = 0;
    for (int k = 0; k < refreshes && sums.length > 0; k++) {
      StepId id = new StepId((long) epoch * plan.stepsPerEpoch() + k, epoch, k);
      Weights weights = new Weights(versions.getAsLong(), average);
      SubtreeSum sum = passes.minibatch().run(id, weights).sum();
      if (sum.rows() == 0) {
        continue;
      }
      if (isZero(sum.gradientSum(), from)) {
        return; // What lies behind the trainable weights is frozen.
      }
      Statistics.update(layout, average, sum.gradientSum(), sum.rows());
      if (2 * k >= refreshes - 1) {
        counted++;
        for (int i = 0; i < sums.length; i++) {
          sums[i] += average[from + i];
        }
      }
    }
    for (int i = 0; i < sums.length && counted > 0; i++) {
      average[from + i] = (float) (sums[i] / counted);
    }
  }

  private static boolean isZero(float[] gradient, int from) {
    return Arrays.equals(
        gradient,
        from,
        gradient.length,
        new float[gradient.length - from],
        0,
        gradient.length - from);
  }
}
