package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;

/** The one check of metrics that compare numbers. */
final class Numbers {
  private Numbers() {}

  /** The width that output and target share. */
  static int width(String metric, Shape output, Field target, LossSpec.Link link) {
    if (target.kind() != Field.Kind.NUMBER
        || target.width() != output.size()
        || link != LossSpec.Link.IDENTITY) {
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
              + "; expected numbers of the same shape, predicted as they are");
    }
    return output.size();
  }
}
