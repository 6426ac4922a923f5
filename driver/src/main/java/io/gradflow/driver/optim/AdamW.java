package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019): the direction of {@link
 * ScaleByAdam} plus weightDecay w, both times the scheduled learning rate.
 *
 * <p>Defaults are PyTorch's, decay 0.01 included. As in PyTorch the decay is multiplied by the
 * learning rate; the paper multiplies it by the schedule's factor alone. PyTorch first shrinks the
 * weights, then steps; here both are one subtraction, which differs in the last bit only.
 */
@Kind("adamW")
@Doc("Adam with weight decay decoupled from the gradient.")
public record AdamW(
    @Default("0.001") @Doc("Step length.") double learningRate,
    @Default("0.9") @Doc("Decay of the first moment, in [0, 1).") double beta1,
    @Default("0.999") @Doc("Decay of the second moment, in [0, 1).") double beta2,
    @Default("1e-8") @Doc("Added to the root of the second moment.") double epsilon,
    @Default("0.01") @Doc("Weights shrink by learningRate times this, each step.")
        double weightDecay,
    @Default("[]") @Doc("Parameters that do not decay, by name; * stands for any characters.")
        List<String> exclude)
    implements OptimizerSpec {
  public AdamW {
    Hyperparameters.positive("adamW", "learningRate", learningRate);
    Hyperparameters.fraction("adamW", "beta1", beta1);
    Hyperparameters.fraction("adamW", "beta2", beta2);
    Hyperparameters.positive("adamW", "epsilon", epsilon);
    Hyperparameters.notNegative("adamW", "weightDecay", weightDecay);
    exclude = List.copyOf(exclude);
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of(
        new ScaleByAdam(beta1, beta2, epsilon), new AddDecayedWeights(weightDecay, exclude));
  }
}
