package io.gradflow.common.nn;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.OneOf;

/**
 * A function applied to every element, or for softmax to every row, without parameters to train. A
 * layer of its own ({@code activation: relu}) and a component of others ({@code dense: {units: 10,
 * activation: relu}}).
 */
@OneOf({
  Activation.Identity.class,
  Activation.Relu.class,
  Activation.LeakyRelu.class,
  Activation.Elu.class,
  Activation.Selu.class,
  Activation.Gelu.class,
  Activation.Silu.class,
  Activation.Sigmoid.class,
  Activation.Tanh.class,
  Activation.Softplus.class,
  Activation.Softmax.class
})
public interface Activation {
  /** y = x. */
  @Kind("identity")
  @Doc("y = x.")
  record Identity() implements Activation {}

  /** y = max(x, 0). */
  @Kind("relu")
  @Doc("y = max(x, 0).")
  record Relu() implements Activation {}

  /** y = x for x > 0, slope x otherwise. */
  @Kind("leakyRelu")
  @Doc("y = x for x > 0, slope x otherwise.")
  record LeakyRelu(@Doc("Slope for x below 0.") @Default("0.01") float slope)
      implements Activation {}

  /** y = x for x > 0, alpha (exp(x) - 1) otherwise. */
  @Kind("elu")
  @Doc("y = x for x > 0, alpha (exp(x) - 1) otherwise.")
  record Elu(@Doc("Minus the limit for x to minus infinity.") @Default("1") float alpha)
      implements Activation {}

  /** The self-normalising elu. */
  @Kind("selu")
  @Doc("Scaled elu with the constants of self-normalising networks.")
  record Selu() implements Activation {}

  /** y = x Phi(x). */
  @Kind("gelu")
  @Doc("y = x Phi(x), with the normal distribution function Phi (error function form).")
  record Gelu() implements Activation {}

  /** y = x sigmoid(x). */
  @Kind("silu")
  @Doc("y = x sigmoid(x), also known as swish.")
  record Silu() implements Activation {}

  /** y = 1 / (1 + exp(-x)). */
  @Kind("sigmoid")
  @Doc("y = 1 / (1 + exp(-x)).")
  record Sigmoid() implements Activation {}

  /** y = tanh(x). */
  @Kind("tanh")
  @Doc("y = tanh(x).")
  record Tanh() implements Activation {}

  /** y = log(1 + exp(x)). */
  @Kind("softplus")
  @Doc("y = log(1 + exp(x)).")
  record Softplus() implements Activation {}

  /** y = exp(x) / sum exp(x) along the last axis. */
  @Kind("softmax")
  @Doc("y = exp(x) / sum exp(x) along the last axis.")
  record Softmax() implements Activation {}
}
