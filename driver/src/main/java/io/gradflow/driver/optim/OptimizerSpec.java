package io.gradflow.driver.optim;

import io.gradflow.common.spec.OneOf;
import java.util.List;

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
  Lars.class
})
public interface OptimizerSpec {
  /** The learning rate that the schedule starts from and changes. */
  double learningRate();

  /**
   * The transforms that turn the mean gradient into the direction u; the weights then become {@code
   * w - learningRate(step) u}.
   */
  List<GradientTransform> transforms();
}
