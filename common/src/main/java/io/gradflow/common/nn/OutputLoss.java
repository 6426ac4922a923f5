package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.loss.Loss;
import io.gradflow.common.loss.LossSums;

/**
 * A loss on one output of a network: step by step where the loss reads the output so.
 *
 * @param target index of the target
 * @param loss bound to one step
 * @param steps that an example has for the loss
 * @param targetWidth floats of an example's target
 * @param weight what multiplies the loss in the sum over outputs; the loss's weights hold it
 * @param output the output's floats
 * @param gradient where the loss leaves its gradient
 * @param lossWeights what the loss weighs steps with
 * @param metricWeights what metrics weigh steps with
 */
record OutputLoss(
    int target,
    Loss loss,
    int steps,
    int targetWidth,
    float weight,
    Buffer output,
    Buffer gradient,
    StepWeights lossWeights,
    StepWeights metricWeights) {

  void weigh(int rows, MiniBatch batch) {
    metricWeights.compute(rows, batch.weights(), batch.target(target));
    if (lossWeights != metricWeights) {
      lossWeights.compute(rows, batch.weights(), batch.target(target));
    }
  }

  /** Adds the losses of some rows; overwrites their gradient if it is wanted. */
  void accumulate(int row, int rows, MiniBatch batch, LossSums sums, boolean withGradient) {
    Buffer weights = lossWeights.weights();
    loss.accumulate(
        rows * steps,
        output.array(),
        output.offset() + row * output.width(),
        batch.target(target),
        row * targetWidth,
        weights.array(),
        weights.offset() + row * weights.width(),
        withGradient ? gradient.array() : null,
        gradient.offset() + row * gradient.width(),
        sums);
  }
}
