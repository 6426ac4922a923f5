package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Adagrad (Duchi, Hazan and Singer 2011), formula in {@link ScaleByAdagrad}. Defaults are
 * PyTorch's; its {@code lr_decay} is left to the schedule.
 */
@Kind("adagrad")
@Doc("Adagrad: steps scaled by all squared gradients so far.")
public record Adagrad(
    @Default("0.01") @Doc("Step length.") double learningRate,
    @Default("0") @Doc("What the sums of squares start from.") double initialAccumulator,
    @Default("1e-10") @Doc("Keeps the divisor away from zero.") double epsilon)
    implements OptimizerSpec {
  public Adagrad {
    Hyperparameters.positive("adagrad", "learningRate", learningRate);
    Hyperparameters.notNegative("adagrad", "initialAccumulator", initialAccumulator);
    Hyperparameters.positive("adagrad", "epsilon", epsilon);
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of(new ScaleByAdagrad(initialAccumulator, epsilon));
  }
}
