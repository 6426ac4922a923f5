package io.gradflow.driver.job;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.List;
import java.util.Optional;

/**
 * The {@code model} section: a chain of layers or a graph of nodes, and weights to start from.
 *
 * @param layers a chain; its last layer is the output
 * @param nodes a graph
 * @param output a graph's output; its last node unless given
 * @param weights a safetensors file to start from; any URI
 * @param from a model, a run's directory or a checkpoint to start from; any URI
 * @param fromOptimizer whether the optimizer goes on too; from a checkpoint
 * @param init how weights start that are not loaded
 * @param allowMissing parameters that the file need not have, by name; {@code *} for any characters
 */
@Doc("The network: a chain of layers, or a graph of nodes.")
public record ModelSection(
    @Doc("The layers of a chain, first to last.") @Default("[]") List<LayerEntry> layers,
    @Doc("The nodes of a graph.") @Default("[]") List<NodeEntry> nodes,
    @Doc("The node whose output is the network's; the last node if left out.")
        Optional<String> output,
    @Doc("Weights to start from: a safetensors file, any Hadoop URI.") Optional<String> weights,
    @Doc("What to start from: a model, a run's directory or a checkpoint, any Hadoop URI.")
        Optional<String> from,
    @Doc("Also take the optimizer's state, but not the place in its schedule; from a checkpoint.")
        @Default("false")
        boolean fromOptimizer,
    @Doc("Parameters that the weights file may lack, by name; * stands for any characters.")
        @Default("[]")
        List<String> allowMissing,
    @Doc(
            "initializers: every parameter by its own. lsuv: kernels of dense and convolution"
                + " layers by the data, so that each layer puts out variance 1.")
        @Default("initializers")
        Init init) {
  /** How weights start that are not loaded. */
  public enum Init {
    INITIALIZERS,
    LSUV
  }

  static final String CLASSES = "classes";

  public ModelSection {
    layers = List.copyOf(layers);
    nodes = List.copyOf(nodes);
    allowMissing = List.copyOf(allowMissing);
    if (layers.isEmpty() == nodes.isEmpty()) {
      throw new IllegalArgumentException(
          layers.isEmpty()
              ? "no network; expected layers (a chain) or nodes (a graph)"
              : "both layers and nodes; expected one of them");
    }
    if (output.isPresent() && nodes.isEmpty()) {
      throw new IllegalArgumentException("output is for nodes; a chain's output is its last layer");
    }
    if (weights.isPresent() && from.isPresent()) {
      throw new IllegalArgumentException("both weights and from; expected one of them");
    }
    if (init == Init.LSUV && (weights.isPresent() || from.isPresent())) {
      throw new IllegalArgumentException("init: lsuv is for weights that are not loaded");
    }
    if (from.isEmpty() && fromOptimizer) {
      throw new IllegalArgumentException("fromOptimizer is for from, which is not given");
    }
    if (weights.isEmpty() && from.isEmpty() && !allowMissing.isEmpty()) {
      throw new IllegalArgumentException("allowMissing is for weights or from; neither is given");
    }
  }
}
