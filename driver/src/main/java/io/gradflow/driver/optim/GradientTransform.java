package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;

/**
 * One documented change of the updates on their way from gradient to weights, as an immutable
 * record of its hyperparameters; optax's {@code GradientTransformation}.
 */
public interface GradientTransform {
  /**
   * Makes what this transform keeps between steps and the part that runs.
   *
   * @param layout the parameters; only trainable ones are ever touched
   * @param state where named state is taken from
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
     * @param slice which elements of the flat vector
     * @param updates the slice's updates from {@code updatesOffset}
     * @param weights the flat weights, read only
     */
    void slice(Slice slice, float[] updates, int updatesOffset, float[] weights);
  }

  /**
   * An update that needs a sum over the whole vector, or over each parameter, of the updates as
   * they reach it: the chain runs {@link #measure} over all slices, then {@link #combine}, then
   * {@link #slice} over all slices.
   */
  interface Measured extends Update {
    /** Sums that this update takes a slice. */
    int sumsPerSlice();

    /**
     * Sums over one slice, in double and in an order that the slice alone fixes.
     *
     * @param sums written from {@code sumsOffset}, {@link #sumsPerSlice()} of them
     */
    void measure(
        Slice slice,
        float[] updates,
        int updatesOffset,
        float[] weights,
        double[] sums,
        int sumsOffset);

    /** Combines the slices' sums, in slice order; on one thread. */
    void combine(Slices slices, double[] sums);
  }
}
