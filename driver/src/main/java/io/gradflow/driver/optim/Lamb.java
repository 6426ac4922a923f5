package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * LAMB (You et al. 2020, algorithm 2): the direction of {@link ScaleByAdam} plus weightDecay w,
 * then {@link ScaleByTrustRatio}. The paper leaves clipping the ratio open; here it is not clipped.
 * Excluded parameters neither decay nor are scaled by the ratio.
 */
@Kind("lamb")
@Doc("Adam with a trust ratio a parameter, for large batches.")
public record Lamb(
    @Default("0.001") @Doc("Step length.") double learningRate,
    @Default("0.9") @Doc("Decay of the first moment, in [0, 1).") double beta1,
    @Default("0.999") @Doc("Decay of the second moment, in [0, 1).") double beta2,
    @Default("1e-6") @Doc("Keeps the divisor away from zero.") double epsilon,
    @Default("0") @Doc("Factor of the weights in the step.") double weightDecay,
    @Default("[]") @Doc("Parameters without decay and ratio, by name; * stands for any characters.")
        List<String> exclude)
    implements OptimizerSpec {
  public Lamb {
    Hyperparameters.positive("lamb", "learningRate", learningRate);
    Hyperparameters.fraction("lamb", "beta1", beta1);
    Hyperparameters.fraction("lamb", "beta2", beta2);
    Hyperparameters.positive("lamb", "epsilon", epsilon);
    Hyperparameters.notNegative("lamb", "weightDecay", weightDecay);
    exclude = List.copyOf(exclude);
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of(
        new ScaleByAdam(beta1, beta2, epsilon),
        new AddDecayedWeights(weightDecay, exclude),
        new ScaleByTrustRatio(exclude));
  }
}
