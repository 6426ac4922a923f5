package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/** NAdam (Dozat 2016), formula in {@link ScaleByNadam}. Defaults are PyTorch's. */
@Kind("nadam")
@Doc("Adam with Nesterov's momentum.")
public record Nadam(
    @Default("0.002") @Doc("Step length.") double learningRate,
    @Default("0.9") @Doc("Decay of the first moment, in [0, 1).") double beta1,
    @Default("0.999") @Doc("Decay of the second moment, in [0, 1).") double beta2,
    @Default("1e-8") @Doc("Keeps the divisor away from zero.") double epsilon,
    @Default("0.004") @Doc("How fast the momentum rises to beta1.") double momentumDecay)
    implements OptimizerSpec {
  public Nadam {
    Hyperparameters.positive("nadam", "learningRate", learningRate);
    Hyperparameters.fraction("nadam", "beta1", beta1);
    Hyperparameters.fraction("nadam", "beta2", beta2);
    Hyperparameters.positive("nadam", "epsilon", epsilon);
    Hyperparameters.notNegative("nadam", "momentumDecay", momentumDecay);
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of(new ScaleByNadam(beta1, beta2, epsilon, momentumDecay));
  }
}
