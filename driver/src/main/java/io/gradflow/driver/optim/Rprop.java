package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Rprop (Riedmiller and Braun 1993), formula in {@link ScaleByRprop}; for full batches, since signs
 * of small batches' gradients change by chance. Defaults are PyTorch's, whose {@code lr} is
 * initialStep; the schedule multiplies all steps, from 1.
 */
@Kind("rprop")
@Doc("Steps by sign, each weight with a length of its own; for full batches.")
public record Rprop(
    @Default("0.01") @Doc("First step length of every weight.") double initialStep,
    @Default("0.5") @Doc("Factor where a gradient changes its sign, in (0, 1).") double decrease,
    @Default("1.2") @Doc("Factor where it keeps its sign, above 1.") double increase,
    @Default("1e-6") @Doc("Shortest step.") double leastStep,
    @Default("50") @Doc("Longest step.") double greatestStep)
    implements OptimizerSpec {
  public Rprop {
    Hyperparameters.positive("rprop", "initialStep", initialStep);
    Hyperparameters.positive("rprop", "decrease", decrease);
    Hyperparameters.fraction("rprop", "decrease", decrease);
    Hyperparameters.atLeast("rprop", "increase", increase, 1);
    Hyperparameters.positive("rprop", "leastStep", leastStep);
    Hyperparameters.atLeast("rprop", "greatestStep", greatestStep, leastStep);
  }

  @Override
  public double learningRate() {
    return 1;
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of(new ScaleByRprop(initialStep, decrease, increase, leastStep, greatestStep));
  }
}
