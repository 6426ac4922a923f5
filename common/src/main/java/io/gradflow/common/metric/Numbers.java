package io.gradflow.common.metric;

import io.gradflow.common.array.FloatMath;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;

/**
 * How metrics that compare numbers read an output.
 *
 * @param width that output and target share
 * @param exponential whether predictions are e^output
 */
record Numbers(int width, boolean exponential) {
  /**
   * @param metric whose name a fault begins with
   */
  static Numbers of(String metric, Shape output, Field target, LossSpec.Link link) {
    boolean exponential = link == LossSpec.Link.EXPONENTIAL;
    if (target.kind() != Field.Kind.NUMBER
        || target.width() != output.size()
        || !(link == LossSpec.Link.IDENTITY || exponential)) {
      throw new IllegalArgumentException(
          metric
              + ": output "
              + output
              + " with link "
              + link
              + " does not match "
              + target.kind()
              + " target "
              + target.name()
              + " "
              + target.shape()
              + "; expected numbers of the same shape, predicted as they are or by their"
              + " logarithm");
    }
    return new Numbers(output.size(), exponential);
  }

  double predicted(float output) {
    return exponential ? FloatMath.exp(output) : output;
  }
}
