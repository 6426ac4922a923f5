package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Plain gradient descent: w = w - learningRate g.
 *
 * <p>PyTorch's {@code SGD} without momentum; its {@code weight_decay} is {@link Regularization}'s
 * l2.
 */
@Kind("sgd")
@Doc("Plain gradient descent.")
public record Sgd(@Default("0.001") @Doc("Step length.") double learningRate)
    implements OptimizerSpec {
  public Sgd {
    Hyperparameters.positive("sgd", "learningRate", learningRate);
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of();
  }
}
