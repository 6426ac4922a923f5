package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import java.util.List;

/**
 * What a recurrent layer computes for one row and step once the products are there. Its buffers are
 * the {@link RecurrentLayer}'s and its own; state and gradients are changed in place.
 *
 * <p>{@code at} is row * T + t, the place among all steps; {@code before} the same of the step
 * taken before, or -1 at the first.
 */
interface RecurrentCell {
  /** Called before the first step of a forward pass, the state h being set. */
  default void start(Pass pass) {}

  /** Turns the row's state h into the next. */
  void forward(Pass pass, int row, int at, int before);

  /** What {@link #forward} does for a masked step: h stays. */
  default void hold(int row, int at, int before) {}

  /**
   * Copies what a row's state at {@code at} has beyond h.
   *
   * @param to [rows, units] each, h first
   */
  default void copyState(int row, int at, List<Buffer> to) {}

  /** Called before the first step of a backward pass. */
  default void startBackward(Pass pass) {}

  /**
   * Turns the gates into the gradient by their arguments, in place and copied for the recurrent
   * product; the gradient by the state into the part of that by the state before which does not
   * pass through the product.
   */
  void backward(Pass pass, int row, int at, int before);

  /** Drops the gradient by what a window of steps began with, beyond h. */
  default void cut(int rows) {}

  /** Called after the last step of a backward pass, before gates' gradients are multiplied. */
  default void endBackward(Pass pass) {}

  /** Adds the gradient of the recurrent kernel, over so many steps of all rows. */
  void addRecurrentGradient(Pass pass, int steps);
}
