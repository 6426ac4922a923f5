package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;

/**
 * One input of a network.
 *
 * @param name unique among inputs and nodes; the field of the example schema that feeds it
 * @param shape of one example
 */
public record InputSpec(
    @Doc("Name of the example's field that feeds this input.") String name,
    @Doc("Extents of one example, without the batch.") Shape shape) {
  public InputSpec {
    if (name.isBlank()) {
      throw new IllegalArgumentException("network input with a blank name; expected a field name");
    }
  }
}
