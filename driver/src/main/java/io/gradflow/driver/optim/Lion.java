package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Lion (Chen et al. 2023), formula in {@link ScaleByLion}, with decoupled weight decay. Defaults
 * are the paper's code's; learning rates a third to a tenth of Adam's are usual.
 */
@Kind("lion")
@Doc("Steps of one size by the sign of the momentum.")
public record Lion(
    @Default("0.0001") @Doc("Step length.") double learningRate,
    @Default("0.9") @Doc("Share of the momentum in the step, in [0, 1).") double beta1,
    @Default("0.99") @Doc("Decay of the momentum, in [0, 1).") double beta2,
    @Default("0") @Doc("Weights shrink by learningRate times this, each step.") double weightDecay,
    @Default("[]") @Doc("Parameters that do not decay, by name; * stands for any characters.")
        List<String> exclude)
    implements OptimizerSpec {
  public Lion {
    Hyperparameters.positive("lion", "learningRate", learningRate);
    Hyperparameters.fraction("lion", "beta1", beta1);
    Hyperparameters.fraction("lion", "beta2", beta2);
    Hyperparameters.notNegative("lion", "weightDecay", weightDecay);
    exclude = List.copyOf(exclude);
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of(new ScaleByLion(beta1, beta2), new AddDecayedWeights(weightDecay, exclude));
  }
}
