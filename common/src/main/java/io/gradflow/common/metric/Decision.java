package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;

/**
 * How a row's outputs and target are read as classes: the largest of several outputs (the first of
 * equals), or one logit above 0 for class 1 of two. A target is a class index, or numbers read as
 * the outputs are (the largest share; one probability above 0.5).
 */
final class Decision {
  private final int classes;
  private final int outputWidth;
  private final int targetWidth;
  private final boolean indexed;

  private Decision(int classes, int outputWidth, int targetWidth, boolean indexed) {
    this.classes = classes;
    this.outputWidth = outputWidth;
    this.targetWidth = targetWidth;
    this.indexed = indexed;
  }

  /**
   * @param metric whose name a fault begins with
   */
  static Decision of(String metric, Shape output, Field target, LossSpec.Link link) {
    int width = output.size();
    if (link == LossSpec.Link.EMBEDDING || link == LossSpec.Link.CTC) {
      throw new IllegalArgumentException(
          metric
              + (link == LossSpec.Link.CTC
                  ? ": the outputs are steps that no label belongs to; use labelErrorRate for "
                  : ": the outputs are embeddings, which predict no class of ")
              + target.name());
    }
    if (target.kind() == Field.Kind.CLASS) {
      int classes = target.classes().size();
      if (width == classes || (width == 1 && classes == 2)) {
        return new Decision(classes, width, 1, true);
      }
      throw new IllegalArgumentException(
          metric
              + ": output "
              + output
              + " does not match the "
              + classes
              + " classes of target "
              + target.name()
              + "; expected one logit a class"
              + (classes == 2 ? ", or one in all" : ""));
    }
    boolean binary = link == LossSpec.Link.SIGMOID && width == 1;
    boolean shares = link == LossSpec.Link.SOFTMAX && width > 1;
    if (target.width() != width || !(binary || shares)) {
      throw new IllegalArgumentException(
          metric
              + ": target "
              + target.name()
              + " holds numbers "
              + target.shape()
              + ", the output is "
              + output
              + " with link "
              + link
              + "; expected a class target, probabilities under softmax, or one number under"
              + " sigmoid");
    }
    return new Decision(binary ? 2 : width, width, width, false);
  }

  int classes() {
    return classes;
  }

  int outputWidth() {
    return outputWidth;
  }

  int targetWidth() {
    return targetWidth;
  }

  int predicted(float[] outputs, int offset) {
    if (outputWidth == 1) {
      return outputs[offset] > 0 ? 1 : 0;
    }
    return largest(outputs, offset, outputWidth);
  }

  int actual(float[] targets, int offset) {
    if (indexed) {
      return (int) targets[offset];
    }
    if (targetWidth == 1) {
      return targets[offset] > 0.5f ? 1 : 0;
    }
    return largest(targets, offset, targetWidth);
  }

  /** The logit of class 1 against class 0, where there are two. */
  float score(float[] outputs, int offset) {
    return outputWidth == 1 ? outputs[offset] : outputs[offset + 1] - outputs[offset];
  }

  private static int largest(float[] x, int offset, int width) {
    int best = 0;
    for (int i = 1; i < width; i++) {
      if (x[offset + i] > x[offset + best]) {
        best = i;
      }
    }
    return best;
  }
}
