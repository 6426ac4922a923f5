package io.gradflow.common.loss;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.Settings;

/**
 * Huber loss: with d = y - t, l = 1/K sum_k (d_k^2 / 2 if |d_k| <= delta, else delta (|d_k| - delta
 * / 2)) for an output of K numbers; dl/dy = 1/K clamp(d, -delta, delta).
 *
 * <p>The mean is over the output's width: divided by the sum of weights, the total is the mean over
 * all elements, which is PyTorch's {@code HuberLoss} with {@code reduction="mean"}; its {@code
 * "sum"} is larger by the width.
 *
 * <p>Source: Huber, "Robust Estimation of a Location Parameter", Annals of Statistics 35 (1964).
 *
 * @param delta where quadratic turns linear, above 0
 */
@Kind("huber")
@Formula(
    value =
        "l = 1/K sum_k (d_k^2 / 2 if |d_k| <= delta, else delta (|d_k| - delta / 2)), d = y - t",
    shapes = "output and target of K numbers")
@Doc("Quadratic up to delta, linear beyond; mean over the output width.")
public record Huber(@Doc("Where quadratic turns linear, above 0.") @Default("1") float delta)
    implements LossSpec {
  public Huber {
    Settings.requireAboveZero("huber delta", delta);
  }

  @Override
  public Loss bind(Shape output, Field target) {
    Targets.requireNumbers(output, target);
    return new BoundHuber(output.size(), delta);
  }
}

/** The executable twin of {@link Huber}. */
final class BoundHuber implements Loss {
  private final int width;
  private final float delta;

  BoundHuber(int width, float delta) {
    this.width = width;
    this.delta = delta;
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
        loss += Math.abs(d) <= delta ? d * d / 2 : delta * (Math.abs(d) - delta / 2.0);
      }
      float weight = weights[weightOffset + row];
      sums.add(weight * (loss / width), weight);
      if (gradient != null) {
        int g = gradientOffset + row * width;
        float scale = weight / width;
        for (int k = 0; k < width; k++) {
          float d = outputs[o + k] - targets[t + k];
          gradient[g + k] = scale * Math.max(-delta, Math.min(delta, d));
        }
      }
    }
  }
}
