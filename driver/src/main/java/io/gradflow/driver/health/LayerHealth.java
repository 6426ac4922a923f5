package io.gradflow.driver.health;

/**
 * A layer's figures at one step.
 *
 * @param layer its name
 * @param gradientNorm of its parameters' mean gradient, before clipping
 * @param weightNorm of its parameters before the step
 * @param updateRatio norm of the step over that of the weights; NaN where the weights are 0
 */
public record LayerHealth(
    String layer, double gradientNorm, double weightNorm, double updateRatio) {}
