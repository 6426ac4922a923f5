package io.gradflow.common.augment;

import io.gradflow.common.data.MiniBatch;

/** A random change ready to run. One thread; allocates nothing. */
public interface RowChange {
  /**
   * Changes one row in place.
   *
   * @param batch that holds it
   * @param row its place in the batch
   * @param key of this row, epoch and change, and of no other
   */
  void apply(MiniBatch batch, int row, long key);

  /** Whether it mixes the row with another one, which it is then given first. */
  default boolean mixes() {
    return false;
  }

  /**
   * Gives the other row.
   *
   * @param other one row, changed by all that comes before
   */
  default void with(MiniBatch other) {
    throw new UnsupportedOperationException("this change looks at one row");
  }
}
