package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Muon (Jordan et al. 2024): momentum, made orthogonal, for matrices, {@link
 * OrthogonalizeMomentum}; Adam for all else and for what is named, with a learning rate of its own
 * that follows the same schedule. Weight decay is decoupled, as {@link AdamW}'s.
 *
 * <p>The authors advise Adam for the embedding and for the output layer.
 */
@Kind("muon")
@Doc("Momentum made orthogonal for matrices, Adam for all else.")
public record Muon(
    @Default("0.02") @Doc("Step length of matrices.") double learningRate,
    @Default("0.95") @Doc("Share of the velocity that is kept, in [0, 1).") double momentum,
    @Default("5") @Doc("Newton-Schulz iterations.") int iterations,
    @Default("0.001") @Doc("Step length of what Adam takes.") double adamLearningRate,
    @Default("0.9") @Doc("Adam's decay of the first moment, in [0, 1).") double beta1,
    @Default("0.999") @Doc("Adam's decay of the second moment, in [0, 1).") double beta2,
    @Default("1e-8") @Doc("Added to the root of the second moment.") double epsilon,
    @Default("0") @Doc("Weights shrink by learningRate times this, each step.") double weightDecay,
    @Default("[]") @Doc("Matrices that Adam takes, by name; * stands for any characters.")
        List<String> byAdam)
    implements OptimizerSpec {
  public Muon {
    Hyperparameters.positive("muon", "learningRate", learningRate);
    Hyperparameters.positive("muon", "adamLearningRate", adamLearningRate);
    Hyperparameters.notNegative("muon", "weightDecay", weightDecay);
    Hyperparameters.fraction("muon", "momentum", momentum);
    Hyperparameters.atLeast("muon", "iterations", (long) iterations, 1);
    Hyperparameters.fraction("muon", "beta1", beta1);
    Hyperparameters.fraction("muon", "beta2", beta2);
    Hyperparameters.positive("muon", "epsilon", epsilon);
    byAdam = List.copyOf(byAdam);
  }

  @Override
  public List<GradientTransform> transforms() {
    OrthogonalizeMomentum direction =
        new OrthogonalizeMomentum(
            momentum,
            iterations,
            new ScaleByAdam(beta1, beta2, epsilon),
            adamLearningRate / learningRate,
            byAdam);
    return weightDecay > 0
        ? List.of(direction, new AddDecayedWeights(weightDecay, List.of()))
        : List.of(direction);
  }
}
