package io.gradflow.driver.job;

import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.spec.Deferred;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Embedded;
import io.gradflow.common.spec.Late;
import java.util.List;

/**
 * A layer of a graph.
 *
 * @param layer in which {@code classes} may stand for the number of the label's classes
 */
@Doc("A layer of a graph.")
public record NodeEntry(
    @Doc("Name of the node, which its parameters begin with.") String name,
    @Embedded @Late(ModelSection.CLASSES) Deferred<LayerSpec> layer,
    @Doc("Names of inputs or other nodes, in the order the layer takes them.")
        List<String> inputs) {
  public NodeEntry {
    inputs = List.copyOf(inputs);
  }
}
