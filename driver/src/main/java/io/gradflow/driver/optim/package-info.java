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
 * <p>Everything is a pure function of (state, weights, gradient, step): the step number comes from
 * the caller, so resuming from saved state is exact. Knows nothing of networks, Spark or files.
 */
package io.gradflow.driver.optim;
