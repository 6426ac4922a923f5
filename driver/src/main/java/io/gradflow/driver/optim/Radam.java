package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/** RAdam (Liu et al. 2020), formula in {@link ScaleByRadam}. Defaults are PyTorch's. */
@Kind("radam")
@Doc("Adam with a rectified start instead of a warm-up.")
public record Radam(
    @Default("0.001") @Doc("Step length.") double learningRate,
    @Default("0.9") @Doc("Decay of the first moment, in [0, 1).") double beta1,
    @Default("0.999") @Doc("Decay of the second moment, in [0, 1).") double beta2,
    @Default("1e-8") @Doc("Keeps the divisor away from zero.") double epsilon)
    implements OptimizerSpec {
  public Radam {
    Hyperparameters.positive("radam", "learningRate", learningRate);
    Hyperparameters.fraction("radam", "beta1", beta1);
    Hyperparameters.fraction("radam", "beta2", beta2);
    Hyperparameters.positive("radam", "epsilon", epsilon);
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of(new ScaleByRadam(beta1, beta2, epsilon));
  }
}
