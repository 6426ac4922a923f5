package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * AMSGrad (Reddi, Kale and Kumar 2018), formula in {@link ScaleByAmsGrad}. PyTorch's {@code
 * Adam(amsgrad=True)}, defaults included.
 */
@Kind("amsGrad")
@Doc("Adam whose second moment never falls.")
public record AmsGrad(
    @Default("0.001") @Doc("Step length.") double learningRate,
    @Default("0.9") @Doc("Decay of the first moment, in [0, 1).") double beta1,
    @Default("0.999") @Doc("Decay of the second moment, in [0, 1).") double beta2,
    @Default("1e-8") @Doc("Keeps the divisor away from zero.") double epsilon)
    implements OptimizerSpec {
  public AmsGrad {
    Hyperparameters.positive("amsGrad", "learningRate", learningRate);
    Hyperparameters.fraction("amsGrad", "beta1", beta1);
    Hyperparameters.fraction("amsGrad", "beta2", beta2);
    Hyperparameters.positive("amsGrad", "epsilon", epsilon);
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of(new ScaleByAmsGrad(beta1, beta2, epsilon));
  }
}
