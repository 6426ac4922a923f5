package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.loss.LossSums;

/**
 * A network bound to its workspace: the executable of one replica, used by one thread. No pass
 * allocates.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Network {
  Network() {}

  /** Computes every output for the batch's rows. */
  public void forward(Pass pass, MiniBatch batch) {
    throw new UnsupportedOperationException();
  }

  /** Forward, then adds the rows' losses to {@code sums}. */
  public void loss(Pass pass, MiniBatch batch, LossSums sums) {
    throw new UnsupportedOperationException();
  }

  /**
   * Forward, loss and backward: adds losses to {@code sums} and gradients to {@code
   * pass.gradient()}. Outputs stay readable afterwards.
   */
  public void gradient(Pass pass, MiniBatch batch, LossSums sums) {
    throw new UnsupportedOperationException();
  }

  /** Output i of the last pass: [rows, width]. */
  public Buffer output(int i) {
    throw new UnsupportedOperationException();
  }

  /** The shape of one example's output i. */
  public Shape outputShape(int i) {
    throw new UnsupportedOperationException();
  }

  /**
   * The gradient of the last {@link #gradient} by input i: [rows, width].
   *
   * @throws IllegalStateException if the network was not bound with input gradients or the input
   *     holds class indices
   */
  public Buffer inputGradient(int i) {
    throw new UnsupportedOperationException();
  }

  /** Floats of activations, their gradients and scratch. */
  public long workspaceFloats() {
    throw new UnsupportedOperationException();
  }
}
