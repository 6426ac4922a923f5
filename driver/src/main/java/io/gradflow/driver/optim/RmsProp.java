package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * RMSProp (Tieleman and Hinton 2012), centred (Graves 2013) if asked, formulas in {@link
 * ScaleByRms} and {@link ScaleByCentredRms}; with momentum a {@link Trace} follows. Defaults are
 * PyTorch's.
 */
@Kind("rmsProp")
@Doc("RMSProp: steps scaled by a running root mean square.")
public record RmsProp(
    @Default("0.01") @Doc("Step length.") double learningRate,
    @Default("0.99") @Doc("Decay of the running squares, in [0, 1); PyTorch's alpha.") double decay,
    @Default("1e-8") @Doc("Keeps the divisor away from zero.") double epsilon,
    @Default("0") @Doc("Share of the velocity that is kept, in [0, 1).") double momentum,
    @Default("false") @Doc("Whether to divide by the standard deviation.") boolean centred)
    implements OptimizerSpec {
  public RmsProp {
    Hyperparameters.positive("rmsProp", "learningRate", learningRate);
    Hyperparameters.fraction("rmsProp", "decay", decay);
    Hyperparameters.positive("rmsProp", "epsilon", epsilon);
    Hyperparameters.fraction("rmsProp", "momentum", momentum);
  }

  @Override
  public List<GradientTransform> transforms() {
    GradientTransform scale =
        centred ? new ScaleByCentredRms(decay, epsilon) : new ScaleByRms(decay, epsilon);
    return momentum > 0 ? List.of(scale, new Trace(momentum, 0, false)) : List.of(scale);
  }
}
