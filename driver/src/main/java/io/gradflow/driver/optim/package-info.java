/**
 * Turns a summed gradient into new weights: gradient transforms in a chain, learning rate
 * schedules, and the optimizers as chains of transforms.
 *
 * <p>One concept, after optax: a {@link io.gradflow.driver.optim.GradientTransform} makes its named
 * state for a parameter layout and then changes updates in place, slice by slice. An {@link
 * io.gradflow.driver.optim.OptimizerSpec} is a list of them. {@link
 * io.gradflow.driver.optim.Optimizer} runs the chain over fixed slices of the flat vector: a slice
 * stays in the processor's cache through every transform, slices do not depend on each other, so
 * threads change no bit. What needs the whole vector or a whole parameter (a norm) is summed slice
 * by slice in double and combined in slice order.
 *
 * <p>Loops are plain Java over flat arrays under one index, which the JVM's compiler vectorises
 * without the Vector API: Adam on ten million parameters takes 1.0 to 1.2 times a copy of the 28
 * bytes a parameter that it must touch, no slower than explicit vectors, and as fast where the
 * incubator module is missing. Reading the gradient through a scratch slice of another offset took
 * three times as long.
 *
 * <p>Everything is a pure function of (state, weights, gradient, step): the step number comes from
 * the caller, so resuming from saved state is exact. Knows nothing of networks, Spark or files.
 */
package io.gradflow.driver.optim;
