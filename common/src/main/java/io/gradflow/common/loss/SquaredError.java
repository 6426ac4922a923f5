package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;

/**
 * Squared error: l = 1/K sum_k (y_k - t_k)^2 for an output of K numbers; dl/dy = 2/K (y - t).
 *
 * <p>The mean is over the output's width: divided by the sum of weights, the total is the mean over
 * all elements, which is PyTorch's {@code MSELoss} with {@code reduction="mean"}; its {@code "sum"}
 * is larger by the width.
 */
@Kind("squaredError")
@Formula(value = "l = 1/K sum_k (y_k - t_k)^2", shapes = "output and target of K numbers")
@Doc("Squared error, mean over the output width.")
public record SquaredError() implements LossSpec {
  @Override
  public Loss bind(Shape output, Field target) {
    Targets.requireNumbers(output, target);
    return new BoundSquaredError(output.size());
  }
}

/** The executable twin of {@link SquaredError}. */
final class BoundSquaredError implements Loss {
  private final int width;

  BoundSquaredError(int width) {
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
      int o = outputOffset + row * width;
      int t = targetOffset + row * width;
      double loss = 0;
      for (int k = 0; k < width; k++) {
        double d = (double) outputs[o + k] - targets[t + k];
        loss += d * d;
      }
      float weight = weights[weightOffset + row];
      sums.add(weight * (loss / width), weight);
      if (gradient != null) {
        int g = gradientOffset + row * width;
        float scale = weight / width;
        for (int k = 0; k < width; k++) {
          float d = outputs[o + k] - targets[t + k];
          gradient[g + k] = 2 * scale * d;
        }
      }
    }
  }
}
