package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Adamax (Kingma and Ba 2015, algorithm 2), formula in {@link ScaleByAdamax}. Defaults are
 * PyTorch's.
 */
@Kind("adamax")
@Doc("Adam by the largest gradient instead of the mean square.")
public record Adamax(
    @Default("0.002") @Doc("Step length.") double learningRate,
    @Default("0.9") @Doc("Decay of the first moment, in [0, 1).") double beta1,
    @Default("0.999") @Doc("Decay of the second moment, in [0, 1).") double beta2,
    @Default("1e-8") @Doc("Keeps the divisor away from zero.") double epsilon)
    implements OptimizerSpec {
  public Adamax {
    Hyperparameters.positive("adamax", "learningRate", learningRate);
    Hyperparameters.fraction("adamax", "beta1", beta1);
    Hyperparameters.fraction("adamax", "beta2", beta2);
    Hyperparameters.positive("adamax", "epsilon", epsilon);
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of(new ScaleByAdamax(beta1, beta2, epsilon));
  }
}
