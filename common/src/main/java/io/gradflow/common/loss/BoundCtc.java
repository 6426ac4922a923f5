package io.gradflow.common.loss;

import io.gradflow.common.array.SoftmaxKernels;
import java.util.Arrays;

/**
 * The executable twin of {@link Ctc}.
 *
 * <p>States of the recursion: the target's labels with a blank before, between and behind them, 2 S
 * + 1 in all. alpha_t(s) is the log-probability of all ways to be in state s after step t,
 * beta_t(s) that of all ways on from there, both with the step's own label.
 */
final class BoundCtc implements Loss {
  private final int steps;
  private final int classes;
  private final int targetWidth;
  private final boolean zeroInfinity;

  /** The steps that count, of one row. */
  private final int[] counted;

  /** The label of each state. */
  private final int[] labels;

  /** [steps, states]. */
  private final double[] alpha;

  private final double[] beta;
  private final double[] nextBeta;

  /** [steps]: logsumexp of the logits, less their largest. */
  private final double[] logSums;

  private final float[] largest;

  /** [steps, classes]: softmax of the logits. */
  private final float[] probabilities;

  /** Per class: the share of ways that say it at one step. */
  private final double[] shares;

  BoundCtc(int steps, int classes, int targetWidth, boolean zeroInfinity) {
    int states = 2 * targetWidth + 1;
    this.steps = steps;
    this.classes = classes;
    this.targetWidth = targetWidth;
    this.zeroInfinity = zeroInfinity;
    this.counted = new int[steps];
    this.labels = new int[states];
    this.alpha = new double[Math.multiplyExact(steps, states)];
    this.beta = new double[states];
    this.nextBeta = new double[states];
    this.logSums = new double[steps];
    this.largest = new float[steps];
    this.probabilities = new float[Math.multiplyExact(steps, classes)];
    this.shares = new double[classes];
  }

  /**
   * @param weights [rows, steps]: the example's weight at steps that count, else 0
   */
  @Override
  public void accumulate(
      int rows,
      float[] outputs,
      int outputOffset,
      float[] targets,
      int targetOffset,
      float[] weights,
      int weightOffset,
      float[] gradient,
      int gradientOffset,
      LossSums sums) {
    int width = steps * classes;
    for (int row = 0; row < rows; row++) {
      int count = count(weights, weightOffset + row * steps);
      int g = gradientOffset + row * width;
      if (gradient != null) {
        Arrays.fill(gradient, g, g + width, 0f);
      }
      if (count == 0) {
        continue;
      }
      float weight = weights[weightOffset + row * steps + counted[0]];
      int length = labels(row, targets, targetOffset + row * targetWidth);
      if (!fits(row, length, count)) {
        sums.add(0, weight);
        continue;
      }
      softmax(count, outputs, outputOffset + row * width);
      int states = 2 * length + 1;
      double logLikelihood = forward(count, states, outputs, outputOffset + row * width);
      sums.add(-logLikelihood * weight, weight);
      if (gradient != null) {
        int z = outputOffset + row * width;
        backward(count, states, outputs, z, logLikelihood, weight, gradient, g);
      }
    }
  }

  private int count(float[] weights, int offset) {
    int count = 0;
    for (int t = 0; t < steps; t++) {
      if (weights[offset + t] > 0) {
        counted[count++] = t;
      }
    }
    return count;
  }

  /** Sets the labels of the states; returns the target's length. */
  private int labels(int row, float[] targets, int offset) {
    int length = 0;
    while (length < targetWidth && targets[offset + length] != 0) {
      labels[2 * length] = 0;
      labels[2 * length + 1] = Targets.classIndex(targets[offset + length], row, classes);
      length++;
    }
    labels[2 * length] = 0;
    for (int i = length; i < targetWidth; i++) {
      if (targets[offset + i] != 0) {
        throw new IllegalArgumentException(
            "row "
                + row
                + ": target "
                + targets[offset + i]
                + " at position "
                + i
                + " stands behind padding (0) at "
                + length
                + "; expected padding at the end alone");
      }
    }
    return length;
  }

  private boolean fits(int row, int length, int count) {
    int needed = length;
    for (int i = 1; i < length; i++) {
      needed += labels[2 * i + 1] == labels[2 * i - 1] ? 1 : 0;
    }
    if (needed > count && !zeroInfinity) {
      throw new IllegalArgumentException(
          "row "
              + row
              + ": a target of "
              + length
              + " labels needs at least "
              + needed
              + " steps (equal labels in a row are apart by a blank), the output has "
              + count
              + "; give more steps, or zeroInfinity: true to pass such rows over");
    }
    return needed <= count;
  }

  private void softmax(int count, float[] outputs, int z) {
    for (int i = 0; i < count; i++) {
      int t = counted[i];
      largest[t] = SoftmaxKernels.max(classes, outputs, z + t * classes);
      logSums[t] =
          SoftmaxKernels.softmaxFrom(
              largest[t], classes, 1, outputs, z + t * classes, probabilities, t * classes);
    }
  }

  private double logProbability(int t, int label, float[] outputs, int z) {
    return (double) outputs[z + t * classes + label] - largest[t] - logSums[t];
  }

  /** Whether a way may leave out the blank before state s. */
  private boolean skips(int s) {
    return s >= 2 && labels[s] != 0 && labels[s] != labels[s - 2];
  }

  private double forward(int count, int states, float[] outputs, int z) {
    Arrays.fill(alpha, 0, states, LogSpace.IMPOSSIBLE);
    for (int s = 0; s < Math.min(2, states); s++) {
      alpha[s] = logProbability(counted[0], labels[s], outputs, z);
    }
    for (int i = 1; i < count; i++) {
      int before = (i - 1) * states;
      for (int s = 0; s < states; s++) {
        double stay = alpha[before + s];
        double step = s >= 1 ? alpha[before + s - 1] : LogSpace.IMPOSSIBLE;
        double skip = skips(s) ? alpha[before + s - 2] : LogSpace.IMPOSSIBLE;
        alpha[i * states + s] =
            LogSpace.sum(stay, step, skip) + logProbability(counted[i], labels[s], outputs, z);
      }
    }
    int last = (count - 1) * states + states - 1;
    return LogSpace.sum(
        alpha[last], states > 1 ? alpha[last - 1] : LogSpace.IMPOSSIBLE, LogSpace.IMPOSSIBLE);
  }

  private void backward(
      int count,
      int states,
      float[] outputs,
      int z,
      double logLikelihood,
      float weight,
      float[] gradient,
      int g) {
    for (int i = count - 1; i >= 0; i--) {
      int t = counted[i];
      Arrays.fill(shares, 0);
      for (int s = 0; s < states; s++) {
        double own = logProbability(t, labels[s], outputs, z);
        double on;
        if (i == count - 1) {
          on = s >= states - 2 ? 0 : LogSpace.IMPOSSIBLE;
        } else {
          double stay = nextBeta[s];
          double step = s + 1 < states ? nextBeta[s + 1] : LogSpace.IMPOSSIBLE;
          double skip = s + 2 < states && skips(s + 2) ? nextBeta[s + 2] : LogSpace.IMPOSSIBLE;
          on = LogSpace.sum(stay, step, skip);
        }
        beta[s] = on + own;
        shares[labels[s]] += LogSpace.exp(alpha[i * states + s] + on - logLikelihood);
      }
      System.arraycopy(beta, 0, nextBeta, 0, states);
      for (int k = 0; k < classes; k++) {
        int at = t * classes + k;
        gradient[g + at] = (float) (weight * (probabilities[at] - shares[k]));
      }
    }
  }
}
