package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.Map;

/**
 * Errors of label sequences that are predicted without alignment, under the loss ctc: weighted
 * insertions, deletions and substitutions that turn the predicted labels into the target's, over
 * the target's labels. Predicted is the most probable class of every step that counts, equal ones
 * in a row taken once, blanks (class 0) left out. Result {@code labelErrorRate}; may exceed 1.
 *
 * <p>Source of the distance: Levenshtein, 1966.
 */
@Kind("labelErrorRate")
@Doc("Edit distance of predicted and true label sequences, per label; for the loss ctc.")
public record LabelErrorRate() implements MetricSpec {
  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    if (link != LossSpec.Link.CTC) {
      throw new IllegalArgumentException(
          "labelErrorRate: the output has link " + link + "; expected that of the loss ctc");
    }
    return new BoundLabelErrors(output.dim(0), output.dim(1), target.width());
  }

  @Override
  public String label() {
    return "labelErrorRate";
  }
}

/** The executable twin of {@link LabelErrorRate}: sums of errors and of labels. */
final class BoundLabelErrors implements Metric {
  private final int steps;
  private final int classes;
  private final int targetWidth;
  private final int[] predicted;
  private final int[] distances;

  BoundLabelErrors(int steps, int classes, int targetWidth) {
    this.steps = steps;
    this.classes = classes;
    this.targetWidth = targetWidth;
    this.predicted = new int[steps];
    this.distances = new int[targetWidth + 1];
  }

  @Override
  public int sumCount() {
    return 2;
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
      double[] sums,
      int sumsOffset) {
    for (int row = 0; row < rows; row++) {
      float weight = 0;
      int count = 0;
      int last = 0;
      for (int t = 0; t < steps; t++) {
        float stepWeight = weights[weightOffset + row * steps + t];
        if (stepWeight > 0) {
          weight = stepWeight;
          int label = largest(outputs, outputOffset + (row * steps + t) * classes);
          if (label != 0 && label != last) {
            predicted[count++] = label;
          }
          last = label;
        }
      }
      int to = targetOffset + row * targetWidth;
      int length = 0;
      while (length < targetWidth && targets[to + length] != 0) {
        length++;
      }
      sums[sumsOffset] += (double) weight * distance(count, targets, to, length);
      sums[sumsOffset + 1] += (double) weight * length;
    }
  }

  @Override
  public Map<String, Object> result(double[] sums, int sumsOffset) {
    return Map.of("labelErrorRate", sums[sumsOffset] / sums[sumsOffset + 1]);
  }

  /** Edits that turn the first predicted labels into the target's. */
  private int distance(int count, float[] targets, int to, int length) {
    for (int j = 0; j <= length; j++) {
      distances[j] = j;
    }
    for (int i = 1; i <= count; i++) {
      int diagonal = distances[0];
      distances[0] = i;
      for (int j = 1; j <= length; j++) {
        int substituted = diagonal + (predicted[i - 1] == (int) targets[to + j - 1] ? 0 : 1);
        diagonal = distances[j];
        distances[j] = Math.min(substituted, 1 + Math.min(distances[j], distances[j - 1]));
      }
    }
    return distances[length];
  }

  private int largest(float[] outputs, int offset) {
    int best = 0;
    for (int k = 1; k < classes; k++) {
      best = outputs[offset + k] > outputs[offset + best] ? k : best;
    }
    return best;
  }
}
