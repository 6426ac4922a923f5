package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Gradient descent with momentum (Polyak 1964): v = momentum v + (1 - dampening) g, w = w -
 * learningRate v; v = g in the first step.
 *
 * <p>PyTorch's {@code SGD(momentum, dampening)}: dampening 0 as there, but momentum 0.9 where
 * PyTorch has 0. As in PyTorch the learning rate is outside the trace, unlike Sutskever et al.
 * (2013).
 */
@Kind("momentum")
@Doc("Gradient descent with momentum.")
public record Momentum(
    @Default("0.001") @Doc("Step length.") double learningRate,
    @Default("0.9") @Doc("Share of the velocity that is kept, in [0, 1).") double momentum,
    @Default("0") @Doc("Share of the gradient that is left out, in [0, 1).") double dampening)
    implements OptimizerSpec {
  public Momentum {
    Hyperparameters.positive("momentum", "learningRate", learningRate);
    Hyperparameters.fraction("momentum", "momentum", momentum);
    Hyperparameters.fraction("momentum", "dampening", dampening);
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of(new Trace(momentum, dampening, false));
  }
}
