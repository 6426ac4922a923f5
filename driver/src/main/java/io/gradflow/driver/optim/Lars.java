package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * LARS (You, Gitman and Ginsburg 2017): {@link ScaleByLars}, then momentum v = momentum v + u. The
 * learning rate is outside the trace as in PyTorch's SGD; the paper has it inside, which is the
 * same while the rate does not change. Excluded parameters have plain momentum.
 */
@Kind("lars")
@Doc("Momentum with a rate a parameter, for large batches.")
public record Lars(
    @Default("0.1") @Doc("Step length.") double learningRate,
    @Default("0.9") @Doc("Share of the velocity that is kept, in [0, 1).") double momentum,
    @Default("0") @Doc("Factor of the weights in the gradient.") double weightDecay,
    @Default("0.001") @Doc("Share of a parameter's norm that a step of rate 1 has.")
        double trustCoefficient,
    @Default("[]")
        @Doc("Parameters without decay and own rate, by name; * stands for any characters.")
        List<String> exclude)
    implements OptimizerSpec {
  public Lars {
    Hyperparameters.positive("lars", "learningRate", learningRate);
    Hyperparameters.fraction("lars", "momentum", momentum);
    Hyperparameters.notNegative("lars", "weightDecay", weightDecay);
    Hyperparameters.positive("lars", "trustCoefficient", trustCoefficient);
    exclude = List.copyOf(exclude);
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of(
        new ScaleByLars(trustCoefficient, weightDecay, exclude), new Trace(momentum, 0, false));
  }
}
