package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Gradient descent with Nesterov's momentum: v = momentum v + g, w = w - learningRate (g + momentum
 * v).
 *
 * <p>PyTorch's {@code SGD(momentum, nesterov=True)}, the form of Sutskever et al. (2013) written
 * for the looked-ahead weights; momentum 0.9 where PyTorch wants one given.
 */
@Kind("nesterov")
@Doc("Gradient descent with Nesterov's momentum.")
public record Nesterov(
    @Default("0.001") @Doc("Step length.") double learningRate,
    @Default("0.9") @Doc("Share of the velocity that is kept, in (0, 1).") double momentum)
    implements OptimizerSpec {
  public Nesterov {
    Hyperparameters.positive("nesterov", "learningRate", learningRate);
    Hyperparameters.positive("nesterov", "momentum", momentum);
    Hyperparameters.fraction("nesterov", "momentum", momentum);
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of(new Trace(momentum, 0, true));
  }
}
