package io.gradflow.driver.health;

/** What can be wrong with how a network learns, and what is advised. */
public enum Fault {
  VANISHING_GRADIENTS("try relu, heNormal initialisation, batchNorm, or residual links"),
  EXPLODING_GRADIENTS("clip gradients (clip: {globalNorm: 1.0}), or lower the learning rate"),
  DEAD_UNITS("lower the learning rate, or try leakyRelu or heNormal initialisation"),
  SATURATED_UNITS("scale the inputs, start from smaller weights, or try relu or batchNorm"),
  LARGE_UPDATES("lower the learning rate, or warm it up"),
  STANDSTILL(
      "raise the learning rate, use adam or momentum, add gradient noise"
          + " (regularization: {noise: {}}), or restart from other seeds (train.restarts)"),
  UNSCALED_INPUT("scale it: standardize: true in data.features"),
  EQUAL_UNITS("start the kernel at random: glorotUniform or heNormal"),
  SHRINKING_ACTIVATIONS("try relu with heNormal initialisation, init: lsuv, or batchNorm"),
  GROWING_ACTIVATIONS("try init: lsuv, smaller initial weights, or batchNorm");

  private final String advice;

  Fault(String advice) {
    this.advice = advice;
  }

  /** What to try. */
  public String advice() {
    return advice;
  }
}
