package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.WorkspacePlan;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The weights of an output's steps: the example's weight times the mask, times a factor, and
 * divided by the number of the example's steps that count where an example is to count once however
 * long it is. A step whose target is the class that the loss ignores does not count. Owned by one
 * replica.
 */
final class StepWeights {
  private final int steps;
  private final Optional<Buffer> mask;

  /** The class whose steps do not count; NaN, which no target equals, if there is none. */
  private final float ignored;

  private final float factor;
  private final boolean meanOfSteps;
  private final Buffer weights;

  private StepWeights(
      int steps,
      Optional<Buffer> mask,
      OptionalInt ignored,
      float factor,
      boolean meanOfSteps,
      WorkspacePlan plan) {
    this.steps = steps;
    this.mask = mask;
    this.ignored = ignored.isPresent() ? ignored.getAsInt() : Float.NaN;
    this.factor = factor;
    this.meanOfSteps = meanOfSteps;
    this.weights = isPlain() ? new Buffer(1) : plan.rows(steps);
  }

  /**
   * Weights of steps that each count for themselves.
   *
   * @param mask [rows, steps], if the output is masked
   * @param ignored the class whose steps do not count
   */
  static StepWeights each(
      int steps, Optional<Buffer> mask, OptionalInt ignored, float factor, WorkspacePlan plan) {
    return new StepWeights(steps, mask, ignored, factor, false, plan);
  }

  /** Weights whose sum over an example's steps is the example's weight times the factor. */
  static StepWeights mean(
      int steps, Optional<Buffer> mask, OptionalInt ignored, float factor, WorkspacePlan plan) {
    return new StepWeights(steps, mask, ignored, factor, true, plan);
  }

  /** Whether the minibatch's own weights do. */
  private boolean isPlain() {
    return steps == 1 && mask.isEmpty() && Float.isNaN(ignored) && factor == 1 && !meanOfSteps;
  }

  /**
   * Computes the weights of a minibatch's rows.
   *
   * @param examples [rows] example weights
   * @param targets [rows, steps] classes, where one is ignored
   */
  void compute(int rows, float[] examples, float[] targets) {
    if (isPlain()) {
      weights.attach(examples, 0);
      return;
    }
    float[] w = weights.array();
    for (int row = 0; row < rows; row++) {
      int at = weights.offset() + row * steps;
      float weight = factor * examples[row];
      if (meanOfSteps) {
        int counted = counted(row, targets);
        weight = counted == 0 ? 0 : weight / counted;
      }
      for (int t = 0; t < steps; t++) {
        w[at + t] = counts(row, t, targets) ? weight : 0;
      }
    }
  }

  /** [rows, steps]. */
  Buffer weights() {
    return weights;
  }

  private int counted(int row, float[] targets) {
    int counted = 0;
    for (int t = 0; t < steps; t++) {
      counted += counts(row, t, targets) ? 1 : 0;
    }
    return counted;
  }

  private boolean counts(int row, int t, float[] targets) {
    boolean masked =
        mask.isPresent() && mask.get().array()[mask.get().offset() + row * steps + t] == 0;
    return !masked && (Float.isNaN(ignored) || targets[row * steps + t] != ignored);
  }
}
