package io.gradflow.common.nn;

import io.gradflow.common.array.Gemm;
import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Doc;
import java.util.List;

/**
 * A network as configuration: a directed acyclic graph of named layers from inputs to outputs.
 *
 * @param inputs one per input field of the example schema, in order
 * @param nodes in any order; their order is the order of the parameters in the flat vector
 * @param outputs names of nodes; one per target and loss, in order
 */
@SuppressWarnings("DoNotCallSuggester")
public record NetworkSpec(
    @Doc("The network's inputs, one per input field.") List<InputSpec> inputs,
    @Doc("The layers and what feeds them.") List<NodeSpec> nodes,
    @Doc("Names of the nodes whose outputs are the network's, one per target.")
        List<String> outputs) {
  public NetworkSpec {
    inputs = List.copyOf(inputs);
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
  }

  /**
   * A chain of layers. Nodes are named by kind and a counter per kind: {@code dense_1}, {@code
   * dropout_1}, {@code dense_2}; the last is the output.
   */
  public static NetworkSpec sequential(InputSpec input, List<LayerSpec> layers) {
    throw new UnsupportedOperationException();
  }

  /** Where every parameter lies in the flat vector. */
  public ParamLayout layout() {
    throw new UnsupportedOperationException();
  }

  /** The shape of one example's output i. */
  public Shape outputShape(int i) {
    throw new UnsupportedOperationException();
  }

  /**
   * Fills the weights: every parameter by its initializer, keyed by the seed and the parameter's
   * name, so that adding a layer changes no other's start.
   *
   * @param weights of {@code layout().size()} floats, overwritten
   */
  public void initialize(long seed, float[] weights) {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes the executable network of one replica: plans and allocates its workspace once.
   *
   * @param schema fields in the order of the inputs, targets in the order of the outputs
   * @param losses one per output, or none when the network only predicts
   * @param maxRows the largest number of rows of a pass
   * @throws IllegalArgumentException if fields or losses do not fit the network
   */
  public Network bind(ExampleSchema schema, List<LossSpec> losses, int maxRows, Gemm gemm) {
    throw new UnsupportedOperationException();
  }

  /** Like {@link #bind}, and backward also leaves the gradient by each number input. */
  public Network bindWithInputGradients(
      ExampleSchema schema, List<LossSpec> losses, int maxRows, Gemm gemm) {
    throw new UnsupportedOperationException();
  }
}
