package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Adadelta (Zeiler 2012), formula in {@link ScaleByAdadelta}. Defaults are PyTorch's, learning rate
 * 1 included; the paper has none.
 */
@Kind("adadelta")
@Doc("Adadelta: steps in the units of the weights.")
public record Adadelta(
    @Default("1") @Doc("Step length.") double learningRate,
    @Default("0.9") @Doc("Decay of both running squares, in [0, 1); PyTorch's rho.") double decay,
    @Default("1e-6") @Doc("Keeps the divisor away from zero.") double epsilon)
    implements OptimizerSpec {
  public Adadelta {
    Hyperparameters.positive("adadelta", "learningRate", learningRate);
    Hyperparameters.fraction("adadelta", "decay", decay);
    Hyperparameters.positive("adadelta", "epsilon", epsilon);
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of(new ScaleByAdadelta(decay, epsilon));
  }
}
