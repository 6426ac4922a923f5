package io.gradflow.common.nn;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A layer in its place in the graph.
 *
 * @param name unique among inputs and nodes; the prefix of its parameters' names
 * @param layer what it computes
 * @param inputs names of network inputs or other nodes, in the order the layer takes them
 * @param sharedWith the node whose parameters this one uses too: of the same layer, itself sharing
 *     with none; their gradients add up, in the order of the nodes
 * @param trainable whether the optimizer changes the parameters; where it does not, layers that
 *     keep statistics keep them as they are, too
 */
public record NodeSpec(
    @Doc("Unique name; prefixes the names of the layer's parameters.") String name,
    @Doc("What the node computes.") LayerSpec layer,
    @Doc("Names of network inputs or nodes, in the order the layer takes them.")
        List<String> inputs,
    @Doc("A node of the same layer whose parameters this one uses too.")
        Optional<String> sharedWith,
    @Doc("Whether training changes the parameters.") @Default("true") boolean trainable) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]*");

  public NodeSpec {
    inputs = List.copyOf(inputs);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "node name '"
              + name
              + "'; expected a letter followed by letters, digits, '_', '.' or '-'");
    }
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException(
          "node " + name + " has no inputs; name at least one network input or node");
    }
  }

  /** A node with parameters of its own, which are trained. */
  public NodeSpec(String name, LayerSpec layer, List<String> inputs) {
    this(name, layer, inputs, Optional.empty(), true);
  }

  /** The same node with another layer. */
  public NodeSpec withLayer(LayerSpec other) {
    return new NodeSpec(name, other, inputs, sharedWith, trainable);
  }

  /** The parts of this node's block, with names and inputs as they are in the graph. */
  List<NodeSpec> place(List<NodeSpec> parts) {
    List<NodeSpec> placed = new ArrayList<>();
    for (NodeSpec part : parts) {
      Optional<String> shared =
          sharedWith
              .map(owner -> placeName(owner, part.name))
              .or(() -> part.sharedWith.map(owner -> placeName(name, owner)));
      placed.add(
          new NodeSpec(
              placeName(name, part.name),
              part.layer,
              part.inputs.stream().map(this::placeInput).toList(),
              shared,
              trainable && part.trainable));
    }
    return placed;
  }

  /** The same node reading other values under their new names. */
  NodeSpec reading(Map<String, String> renamed) {
    List<String> reads = inputs.stream().map(name -> renamed.getOrDefault(name, name)).toList();
    return new NodeSpec(name, layer, reads, sharedWith, trainable);
  }

  private String placeInput(String input) {
    for (int i = 0; i < inputs.size(); i++) {
      if (input.equals(LayerSpec.input(i))) {
        return inputs.get(i);
      }
    }
    return placeName(name, input);
  }

  private static String placeName(String block, String part) {
    return block + "." + part;
  }
}
