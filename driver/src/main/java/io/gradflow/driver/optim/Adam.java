package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Adam (Kingma and Ba 2015, algorithm 1), formula in {@link ScaleByAdam}.
 *
 * <p>Defaults are PyTorch's; its {@code weight_decay} for Adam is {@link Regularization}'s l2. For
 * decoupled decay see {@link AdamW}.
 */
@Kind("adam")
@Doc("Adam: steps scaled by running moments of the gradient.")
public record Adam(
    @Default("0.001") @Doc("Step length.") double learningRate,
    @Default("0.9") @Doc("Decay of the first moment, in [0, 1).") double beta1,
    @Default("0.999") @Doc("Decay of the second moment, in [0, 1).") double beta2,
    @Default("1e-8") @Doc("Added to the root of the second moment.") double epsilon)
    implements OptimizerSpec {
  public Adam {
    Hyperparameters.positive("adam", "learningRate", learningRate);
    Hyperparameters.fraction("adam", "beta1", beta1);
    Hyperparameters.fraction("adam", "beta2", beta2);
    Hyperparameters.positive("adam", "epsilon", epsilon);
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of(new ScaleByAdam(beta1, beta2, epsilon));
  }
}
