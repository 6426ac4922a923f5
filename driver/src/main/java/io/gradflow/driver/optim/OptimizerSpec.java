package io.gradflow.driver.optim;

import io.gradflow.common.spec.OneOf;
import java.util.List;
import java.util.Optional;

/**
 * An optimizer as configuration: an immutable record under its {@code Kind} that expands to a chain
 * of documented transforms. Users add one by implementing this interface with a record.
 */
@OneOf({
  Sgd.class,
  Momentum.class,
  Nesterov.class,
  Adam.class,
  AdamW.class,
  Adagrad.class,
  RmsProp.class,
  Adadelta.class,
  Adamax.class,
  Nadam.class,
  AmsGrad.class,
  Radam.class,
  Lion.class,
  Rprop.class,
  Lamb.class,
  Lars.class,
  Adafactor.class,
  Muon.class,
  Lbfgs.class,
  Lookahead.class,
  SharpnessAware.class
})
public interface OptimizerSpec {
  /** The learning rate that the schedule starts from and changes. */
  double learningRate();

  /**
   * The transforms that turn the mean gradient into the direction u; the weights then become {@code
   * w - learningRate(step) u}.
   */
  List<GradientTransform> transforms();

  /** What acts on the weights after each descent, e.g. pulls them back. */
  default List<GradientTransform> afterDescent() {
    return List.of();
  }

  /** Where the gradient is taken, if not at the weights themselves. */
  default Optional<Perturbation> perturbation() {
    return Optional.empty();
  }

  /** Whether every step must see all rows: what is learned of curvature is noise otherwise. */
  default boolean needsFullBatches() {
    return false;
  }
}
