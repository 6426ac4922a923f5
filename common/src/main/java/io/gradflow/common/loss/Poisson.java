package io.gradflow.common.loss;

import io.gradflow.common.array.FloatMath;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;

/**
 * Negative log-likelihood of counts t under Poisson's distribution, without the term log t! that
 * does not depend on the output; the mean over an output of K numbers.
 *
 * <pre>
 * outputs log:  l = 1/K sum_k (exp(z_k) - t_k z_k)               dl/dz = 1/K (exp(z) - t)
 * outputs rate: l = 1/K sum_k (y_k - t_k log(y_k + epsilon))     dl/dy = 1/K (1 - t / (y + epsilon))
 * </pre>
 *
 * <p>A rate must come out positive, from softplus, say: below -epsilon the loss is NaN. PyTorch's
 * {@code PoissonNLLLoss} with {@code full=False}.
 *
 * @param outputs what the network's outputs are
 * @param epsilon added to a rate before its logarithm is taken, above 0
 */
@Kind("poisson")
@Formula(
    value =
        "outputs log: l = 1/K sum_k (e^z_k - t_k z_k); outputs rate: l = 1/K sum_k (y_k - t_k"
            + " log(y_k + epsilon))",
    shapes = "output and target of K counts")
@Doc("Negative log-likelihood of counts under Poisson's distribution, mean over the output width.")
public record Poisson(
    @Doc("log: outputs are logarithms of rates. rate: they are rates, above 0.") @Default("log")
        Outputs outputs,
    @Doc("Added to a rate before its logarithm is taken, above 0.") @Default("1e-8") float epsilon)
    implements LossSpec {
  /** What outputs mean. */
  public enum Outputs {
    LOG,
    RATE
  }

  public Poisson {
    if (!(epsilon > 0 && epsilon < 1)) {
      throw new IllegalArgumentException(
          "poisson epsilon " + epsilon + "; expected 0 < epsilon < 1");
    }
  }

  @Override
  public Link link() {
    return outputs == Outputs.LOG ? Link.EXPONENTIAL : Link.IDENTITY;
  }

  @Override
  public Loss bind(Shape output, Field target) {
    Targets.requireNumbers(output, target);
    return new BoundPoisson(output.size(), outputs == Outputs.LOG, epsilon);
  }
}

/** The executable twin of {@link Poisson}. */
record BoundPoisson(int outputWidth, boolean log, float epsilon) implements RowLoss {
  @Override
  public int targetWidth() {
    return outputWidth;
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
    double loss = 0;
    float scale = weight / outputWidth;
    for (int k = 0; k < outputWidth; k++) {
      float output = outputs[o + k];
      float count = Targets.count(targets[t + k], row);
      float rate = log ? FloatMath.exp(output) : output + epsilon;
      loss += log ? rate - (double) count * output : output - (double) count * FloatMath.log(rate);
      if (gradient != null) {
        gradient[g + k] = scale * (log ? rate - count : 1 - count / rate);
      }
    }
    return loss / outputWidth;
  }
}
