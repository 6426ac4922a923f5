package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * L-BFGS (Nocedal 1980) for batches of all rows, {@link ScaleByCurvature}. With rate 1 and steps
 * that do not overshoot this is PyTorch's {@code LBFGS(max_iter=1)}, one iteration a step.
 */
@Kind("lbfgs")
@Doc("Steps by the curvature seen so far; only for batches of all rows.")
public record Lbfgs(
    @Default("1") @Doc("Step length; 1 is the minimum of the model of the loss.")
        double learningRate,
    @Default("10") @Doc("How many changes are remembered.") int history,
    @Default("0.9")
        @Doc(
            "A step is shortened if the loss rises behind it by more than this share of its slope.")
        double overshoot)
    implements OptimizerSpec {
  public Lbfgs {
    Hyperparameters.positive("lbfgs", "learningRate", learningRate);
    Hyperparameters.atLeast("lbfgs", "history", (long) history, 1);
    Hyperparameters.fraction("lbfgs", "overshoot", overshoot);
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of(new ScaleByCurvature(history, overshoot));
  }

  @Override
  public boolean needsFullBatches() {
    return true;
  }
}
