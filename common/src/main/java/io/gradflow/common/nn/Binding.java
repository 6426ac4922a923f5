package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Gemm;
import io.gradflow.common.array.Shape;
import java.util.List;
import java.util.Optional;

/**
 * What the network hands a layer spec to bind itself: its buffers, the places of its parameters,
 * the products to use.
 */
public interface Binding {
  /** The node's name, for messages. */
  String node();

  /** A number that no other node has: the layer's key in random streams. */
  int layerKey();

  /** The largest number of rows of a pass. */
  int maxRows();

  Gemm gemm();

  List<Shape> inputShapes();

  List<Buffer> inputs();

  Buffer output();

  /**
   * The mask of input i, [rows, T], each 0 or 1; empty if it has none. Written by the time the
   * layer runs forward, and left alone until its backward is done.
   */
  Optional<Buffer> inputMask(int i);

  /**
   * The mask of the output, [rows, T]; empty if it has none. A layer whose rule is MAKE or DERIVE
   * writes it in forward; others only read it.
   */
  Optional<Buffer> outputMask();

  /**
   * Whether the node is frozen: its parameters do not change, and statistics are neither gathered
   * nor used but as they are. What a layer adds to its slots of the gradient is dropped.
   */
  boolean isFrozen();

  /** Whether backward will ever be called: not when the network only predicts. */
  boolean hasBackward();

  /** The gradient of the loss by the output; never written unless {@link #hasBackward()}. */
  Buffer outputGradient();

  /** Where the gradient by input i goes; empty where nobody needs it (the data itself). */
  Optional<Buffer> inputGradient(int i);

  /** The index of a parameter's first float, in the flat weights and in the flat gradient. */
  int paramOffset(String name);

  /**
   * Whether the layer may, and then must, overwrite a parameter's slot of the gradient in the
   * backward of a pass that {@linkplain Pass#forgetsGradient() forgets} it; in others it adds.
   */
  boolean overwrites(String name);

  /**
   * A parameter as the right-hand side of products: W as a matrix of its last axis by all others,
   * or transposed.
   */
  default WeightMatrix weightMatrix(String name, boolean transposed) {
    return weightMatrix(name, 0, 1, transposed);
  }

  /** One of {@code parts} equal ranges of the rows of such a matrix, or its transpose. */
  WeightMatrix weightMatrix(String name, int part, int parts, boolean transposed);

  /**
   * Reserves rows of memory that keep what forward writes until backward of the same pass has read
   * it; between passes, and before forward runs again in a recomputed block, others may use them.
   */
  Buffer rows(int width);

  /** Reserves one block of memory that keeps its content as {@link #rows} does. */
  Buffer block(int floats);

  /** Reserves rows of memory whose content matters only within one call of forward or backward. */
  Buffer scratchRows(int width);

  /** Reserves one block of memory that keeps its content as {@link #scratchRows} does. */
  Buffer scratch(int floats);
}
