package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;

/**
 * Sharpness-aware minimization (Foret et al. 2021, algorithm 1) with any optimizer: the gradient is
 * taken where the loss is about worst within a small distance, {@link Perturbation}, which costs a
 * second pass a step. Loss and metrics are those at the weights themselves.
 */
@Kind("sam")
@Doc("Another optimizer with the gradient of the worst place nearby; two passes a step.")
public record SharpnessAware(
    @Default("adam") @Doc("The optimizer that takes the steps.") OptimizerSpec optimizer,
    @Default("0.05") @Doc("How far the worst place may be, as a Euclidean norm.") double radius,
    @Default("false") @Doc("Whether distances are relative to the weights (ASAM).")
        boolean adaptive)
    implements OptimizerSpec {
  public SharpnessAware {
    Hyperparameters.positive("sam", "radius", radius);
    if (optimizer.perturbation().isPresent()) {
      throw new IllegalArgumentException("sam: its optimizer is sharpness-aware already");
    }
  }

  @Override
  public double learningRate() {
    return optimizer.learningRate();
  }

  @Override
  public List<GradientTransform> transforms() {
    return optimizer.transforms();
  }

  @Override
  public List<GradientTransform> afterDescent() {
    return optimizer.afterDescent();
  }

  @Override
  public Optional<Perturbation> perturbation() {
    return Optional.of(new Perturbation(radius, adaptive));
  }

  @Override
  public boolean needsFullBatches() {
    return optimizer.needsFullBatches();
  }
}
