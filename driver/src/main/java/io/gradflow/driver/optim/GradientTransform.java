package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/**
 * One documented change of the updates on their way from gradient to weights, as an immutable
 * record of its hyperparameters; optax's {@code GradientTransformation}.
 *
 * <p>Updates, weights and state are flat arrays under one index, and loops run plainly from {@link
 * Slice#from} to {@link Slice#to} over all of them: the shape that the JVM's compiler vectorises
 * (with an offset of its own for each array it does not, at a quarter of the speed).
 */
public interface GradientTransform {
  /**
   * Makes what this transform keeps between steps and the part that runs.
   *
   * @param layout the parameters; only trainable ones are ever touched
   * @param state where named state is taken from, mostly {@link ParamLayout#trainableSize()} floats
   *     each
   */
  Update init(ParamLayout layout, OptimizerState state);

  /**
   * A transform bound to its state. {@link #begin} runs once a step on one thread, then {@link
   * #slice} on every slice, in any order and on several threads at once.
   */
  interface Update {
    /** Readies what depends on the step alone, e.g. bias corrections. */
    default void begin(StepContext step) {}

    /**
     * Changes one slice of the updates in place.
     *
     * @param slice which elements of the flat vectors
     * @param updates the flat updates
     * @param weights the flat weights, read only; written by what comes after the descent
     */
    void slice(Slice slice, float[] updates, float[] weights);
  }

  /**
   * An update that needs sums over the whole vector, or over each parameter, of the updates as they
   * reach it: the chain runs {@link #measure} over all slices, then {@link #combine}, then {@link
   * #slice} over all slices.
   */
  interface Measured extends Update {
    /** Sums that this update takes of a slice; always the same for the same slice. */
    int sumCount(Slice slice);

    /**
     * Sums over one slice, in double and in an order that the slice alone fixes.
     *
     * @param sums written from {@code sumsOffset}, {@link #sumCount} of them
     */
    void measure(Slice slice, float[] updates, float[] weights, double[] sums, int sumsOffset);

    /** Combines the slices' sums, which lie in slice order; on one thread. */
    void combine(Slices slices, double[] sums);
  }
}
