package io.gradflow.driver.job;

import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Deferred;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Embedded;
import io.gradflow.common.spec.Late;
import java.util.List;
import java.util.Optional;

/**
 * A layer of a graph.
 *
 * @param layer in which {@code classes} may stand for the number of the label's classes
 * @param sharedWith a node of the same layer whose parameters this one uses too
 * @param trainable whether training changes its parameters
 * @param learningRateFactor what multiplies the learning rate of its parameters
 */
@Doc("A layer of a graph.")
public record NodeEntry(
    @Doc("Name of the node, which its parameters begin with.") String name,
    @Embedded @Late(ModelSection.CLASSES) Deferred<LayerSpec> layer,
    @Doc("Names of inputs or other nodes, in the order the layer takes them.") List<String> inputs,
    @Doc("A node of the same layer whose parameters this one uses too.")
        Optional<String> sharedWith,
    @Doc("Whether training changes its parameters; if not, they and statistics stay as they are.")
        @Default("true")
        boolean trainable,
    @Doc("What multiplies the learning rate of its parameters.") @Default("1")
        double learningRateFactor) {
  public NodeEntry {
    inputs = List.copyOf(inputs);
    LayerEntry.requireFactor(learningRateFactor);
  }
}
