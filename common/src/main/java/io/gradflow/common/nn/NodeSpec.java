package io.gradflow.common.nn;

import io.gradflow.common.spec.Doc;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A layer in its place in the graph.
 *
 * @param name unique among inputs and nodes; the prefix of its parameters' names
 * @param layer what it computes
 * @param inputs names of network inputs or other nodes, in the order the layer takes them
 */
public record NodeSpec(
    @Doc("Unique name; prefixes the names of the layer's parameters.") String name,
    @Doc("What the node computes.") LayerSpec layer,
    @Doc("Names of network inputs or nodes, in the order the layer takes them.")
        List<String> inputs) {
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
}
