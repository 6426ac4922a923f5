package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;

/**
 * Absolute error: l = 1/K sum_k |y_k - t_k| for an output of K numbers; dl/dy = 1/K sign(y - t), 0
 * where they are equal.
 *
 * <p>The mean is over the output's width: divided by the sum of weights, the total is the mean over
 * all elements, which is PyTorch's {@code L1Loss} with {@code reduction="mean"}; its {@code "sum"}
 * is larger by the width.
 */
@Kind("absoluteError")
@Formula(value = "l = 1/K sum_k |y_k - t_k|", shapes = "output and target of K numbers")
@Doc("Absolute error, mean over the output width.")
public record AbsoluteError() implements LossSpec {
  @Override
  public Loss bind(Shape output, Field target) {
    Targets.requireNumbers(output, target);
    return new BoundAbsoluteError(output.size());
  }
}

/** The executable twin of {@link AbsoluteError}. */
final class BoundAbsoluteError implements Loss {
  private final int width;

  BoundAbsoluteError(int width) {
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
        loss += Math.abs(d);
      }
      float weight = weights[weightOffset + row];
      sums.add(weight * (loss / width), weight);
      if (gradient != null) {
        int g = gradientOffset + row * width;
        float scale = weight / width;
        for (int k = 0; k < width; k++) {
          float d = outputs[o + k] - targets[t + k];
          gradient[g + k] = scale * Math.signum(d);
        }
      }
    }
  }
}
