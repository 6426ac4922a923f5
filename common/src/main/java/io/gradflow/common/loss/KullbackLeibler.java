package io.gradflow.common.loss;

import io.gradflow.common.array.FloatMath;
import io.gradflow.common.array.Shape;
import io.gradflow.common.array.SoftmaxKernels;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;

/**
 * Kullback-Leibler divergence of the softmax of the logits from the target's probabilities t: l =
 * sum_k t_k (log t_k + logsumexp(z) - z_k), in nats, where t_k = 0 adds nothing; dl/dz = softmax(z)
 * sum_k t_k - t. Logits of +-1e4 stay finite.
 *
 * <p>Its gradient is that of {@link SoftmaxCrossEntropy} against probabilities; its value is
 * smaller by the target's entropy, so that a perfect fit is 0. PyTorch's {@code KLDivLoss} of
 * {@code log_softmax(z)}, summed over classes.
 *
 * <p>Source: Kullback and Leibler, "On Information and Sufficiency", Annals of Mathematical
 * Statistics 22 (1951).
 */
@Kind("kullbackLeibler")
@Formula(
    value = "l = sum_j t_j (log t_j - log softmax(z)_j)",
    shapes = "output [C], target [C] probabilities")
@Doc("Kullback-Leibler divergence of the softmax of logits from class probabilities.")
public record KullbackLeibler() implements LossSpec {
  @Override
  public Link link() {
    return Link.SOFTMAX;
  }

  @Override
  public Loss bind(Shape output, Field target) {
    Targets.requireNumbers(output, target);
    if (output.size() < 2) {
      throw new IllegalArgumentException(
          "output " + output + "; expected one logit for each of two or more classes");
    }
    return new BoundKullbackLeibler(output.size(), new float[output.size()]);
  }
}

/**
 * The executable twin of {@link KullbackLeibler}.
 *
 * @param probabilities scratch for where no gradient is wanted
 */
@SuppressWarnings("ArrayRecordComponent") // scratch, never compared
record BoundKullbackLeibler(int classes, float[] probabilities) implements RowLoss {
  @Override
  public int outputWidth() {
    return classes;
  }

  @Override
  public int targetWidth() {
    return classes;
  }

  @Override
  public double rowLoss(
      int row,
      float[] outputs,
      int o,
      float[] targets,
      int t,
      float weight,
      float[] gradient,
      int g) {
    double mass = 0;
    for (int k = 0; k < classes; k++) {
      mass += Targets.probability(targets[t + k], row);
    }
    float[] p = gradient == null ? probabilities : gradient;
    int po = gradient == null ? 0 : g;
    float max = SoftmaxKernels.max(classes, outputs, o);
    double logSum =
        SoftmaxKernels.softmaxFrom(max, classes, (float) (weight * mass), outputs, o, p, po);
    double loss = 0;
    for (int k = 0; k < classes; k++) {
      float target = targets[t + k];
      if (target > 0) {
        loss += target * (FloatMath.log(target) + logSum + ((double) max - outputs[o + k]));
      }
    }
    if (gradient != null) {
      for (int k = 0; k < classes; k++) {
        gradient[g + k] -= weight * targets[t + k];
      }
    }
    return loss;
  }
}
