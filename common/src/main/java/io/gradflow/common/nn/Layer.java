package io.gradflow.common.nn;

/**
 * A layer bound to its place in a network: one owner, one thread, no allocation in either pass.
 *
 * <p>Rows are independent: row r of the output is a function of row r of the inputs alone (batch
 * normalisation apart), and parameter gradients add up in ascending row order, one chain an
 * element, so that a micro-shard may be computed in chunks of rows without changing a bit.
 */
public interface Layer {
  /**
   * Reads the input buffers, overwrites the output buffer. Within a recomputed block it runs twice
   * a pass, in the same state and to the same end; the second time {@link Pass#gradient} is null.
   */
  void forward(Pass pass);

  /**
   * Reads the output gradient and what forward left behind; <em>overwrites</em> each input gradient
   * that the binding has, <em>adds</em> to the flat gradient of its parameters. May destroy the
   * output gradient.
   */
  void backward(Pass pass);

  /**
   * What the layer adds to the loss of a row of the last forward, before the example's weight; of
   * layers whose spec says that they do. Their backward adds its gradient, times {@link
   * Pass#exampleWeights}, to the input's.
   */
  default double lossTerm(int row) {
    return 0;
  }
}
