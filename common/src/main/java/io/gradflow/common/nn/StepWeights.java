package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.WorkspacePlan;
import java.util.Optional;

/**
 * The weights of an output's steps: the example's weight times the mask, times a factor, and
 * divided by the number of the example's steps that count where an example is to count once however
 * long it is. Owned by one replica.
 */
final class StepWeights {
  private final int steps;
  private final Optional<Buffer> mask;
  private final float factor;
  private final boolean meanOfSteps;
  private final Buffer weights;

  private StepWeights(
      int steps, Optional<Buffer> mask, float factor, boolean meanOfSteps, Buffer weights) {
    this.steps = steps;
    this.mask = mask;
    this.factor = factor;
    this.meanOfSteps = meanOfSteps;
    this.weights = weights;
  }

  /**
   * Weights of steps that each count for themselves.
   *
   * @param mask [rows, steps], if the output is masked
   */
  static StepWeights each(int steps, Optional<Buffer> mask, WorkspacePlan plan) {
    // Without steps the minibatch's own weights do.
    Buffer weights = steps == 1 && mask.isEmpty() ? new Buffer(1) : plan.rows(steps);
    return new StepWeights(steps, mask, 1, false, weights);
  }

  /** Weights whose sum over an example's steps is the example's weight times the factor. */
  static StepWeights mean(int steps, Optional<Buffer> mask, float factor, WorkspacePlan plan) {
    return new StepWeights(steps, mask, factor, true, plan.rows(steps));
  }

  /**
   * Computes the weights of a minibatch's rows.
   *
   * @param examples [rows] example weights
   */
  void compute(int rows, float[] examples) {
    if (steps == 1 && mask.isEmpty() && !meanOfSteps) {
      weights.attach(examples, 0);
      return;
    }
    float[] w = weights.array();
    for (int row = 0; row < rows; row++) {
      int at = weights.offset() + row * steps;
      float weight = factor * examples[row];
      if (meanOfSteps) {
        int counted = counted(row);
        weight = counted == 0 ? 0 : weight / counted;
      }
      for (int t = 0; t < steps; t++) {
        w[at + t] = counts(row, t) ? weight : 0;
      }
    }
  }

  /** [rows, steps]. */
  Buffer weights() {
    return weights;
  }

  private int counted(int row) {
    int counted = 0;
    for (int t = 0; t < steps; t++) {
      counted += counts(row, t) ? 1 : 0;
    }
    return counted;
  }

  private boolean counts(int row, int t) {
    return mask.isEmpty() || mask.get().array()[mask.get().offset() + row * steps + t] != 0;
  }
}
