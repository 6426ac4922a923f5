package io.gradflow.common.loss;

import io.gradflow.common.array.FloatMath;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;

/**
 * Sigmoid cross-entropy of logits, for yes or no (one output, target a class field of two classes
 * or one probability) and for several labels at once (K outputs, K probabilities).
 *
 * <p>l = 1/K sum_k (max(z_k, 0) - z_k t_k + log(1 + exp(-|z_k|))), in nats; dl/dz = 1/K (sigmoid(z)
 * - t). Logits of +-1e4 stay finite.
 *
 * <p>The mean is over the output's width: divided by the sum of weights, the total is the mean over
 * all elements, which is PyTorch's {@code BCEWithLogitsLoss} with {@code reduction="mean"}; its
 * {@code "sum"} is larger by the width.
 */
@Kind("sigmoidCrossEntropy")
@Formula(
    value = "l = 1/K sum_k (max(z_k, 0) - z_k t_k + log(1 + e^-|z_k|))",
    shapes = "output [K], target [K] in [0, 1]; or output [1], target one of 2 classes")
@Doc("Cross-entropy of logits for yes or no, or for several labels at once.")
public record SigmoidCrossEntropy() implements LossSpec {
  @Override
  public Link link() {
    return Link.SIGMOID;
  }

  @Override
  public Loss bind(Shape output, Field target) {
    if (target.kind() == Field.Kind.NUMBER) {
      Targets.requireNumbers(output, target);
    } else if (output.size() != 1 || target.classes().size() != 2) {
      throw new IllegalArgumentException(
          "output "
              + output
              + " does not match target "
              + Targets.describe(target)
              + "; expected output [1] and 2 classes, or softmaxCrossEntropy");
    }
    return new BoundSigmoidCrossEntropy(output.size());
  }
}

/** The executable twin of {@link SigmoidCrossEntropy}. */
final class BoundSigmoidCrossEntropy implements Loss {
  private final int width;

  BoundSigmoidCrossEntropy(int width) {
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
        float z = outputs[o + k];
        float target = Targets.probability(targets[t + k], row);
        // softplus(-|z|) = log(1 + exp(-|z|)), accurate where it is tiny.
        loss += Math.max(z, 0) - (double) z * target + FloatMath.softplus(-Math.abs(z));
      }
      float weight = weights[weightOffset + row];
      sums.add(weight * (loss / width), weight);
      if (gradient != null) {
        int g = gradientOffset + row * width;
        float scale = weight / width;
        for (int k = 0; k < width; k++) {
          gradient[g + k] = scale * (FloatMath.sigmoid(outputs[o + k]) - targets[t + k]);
        }
      }
    }
  }
}
