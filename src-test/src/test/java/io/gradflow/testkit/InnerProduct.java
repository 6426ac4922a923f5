package io.gradflow.testkit;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.Loss;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.LossSums;

/**
 * The linear loss l = sum_k t_k y_k: its gradient by the output is the target, so a test chooses
 * what enters the backward pass.
 */
public record InnerProduct() implements LossSpec {
  @Override
  public Loss bind(Shape output, Field target) {
    if (output.size() != target.width()) {
      throw new IllegalArgumentException(
          "output " + output + " does not match target " + target.shape());
    }
    return new BoundInnerProduct(target.width());
  }
}

/** The executable twin of {@link InnerProduct}. */
final class BoundInnerProduct implements Loss {
  private final int width;

  BoundInnerProduct(int width) {
    this.width = width;
  }

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
    for (int row = 0; row < rows; row++) {
      double loss = 0;
      float weight = weights[weightOffset + row];
      for (int k = 0; k < width; k++) {
        float target = targets[targetOffset + row * width + k];
        loss += (double) target * outputs[outputOffset + row * width + k];
        if (gradient != null) {
          gradient[gradientOffset + row * width + k] = weight * target;
        }
      }
      sums.add(weight * loss, weight);
    }
  }
}
