package io.gradflow.common.nn;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.array.Buffer;
import java.util.List;

/** The gradient of a value as the sum of what each of its consumers leaves, in fixed order. */
final class GradientSum {
  private final Buffer[] parts;

  private final Buffer sum;

  /**
   * @param width of the value
   * @param parts of that width, in the order they are added; none if nobody wants the gradient
   */
  GradientSum(int width, List<Buffer> parts) {
    this.parts = parts.toArray(Buffer[]::new);
    this.sum = parts.isEmpty() ? new Buffer(width) : parts.get(0);
  }

  boolean isWanted() {
    return parts.length > 0;
  }

  /** Whether at most one consumer leaves a part: then there is nothing to add up. */
  boolean hasOnePartAtMost() {
    return parts.length <= 1;
  }

  /** The first part, which holds the sum after {@link #add}; attached to nothing if unwanted. */
  Buffer sum() {
    return sum;
  }

  /** Adds the other parts to the first. */
  void add(int rows) {
    for (int i = 1; i < parts.length; i++) {
      Buffer part = parts[i];
      ArrayKernels.addInPlace(
          rows * part.width(), sum.array(), sum.offset(), part.array(), part.offset());
    }
  }
}
