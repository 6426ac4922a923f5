package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import java.util.List;
import java.util.Optional;

/** What layers expect of their inputs. */
final class Inputs {
  private Inputs() {}

  /**
   * @throws IllegalArgumentException if there is not exactly one input
   */
  static Shape only(List<Shape> inputs) {
    if (inputs.size() != 1) {
      throw new IllegalArgumentException("got " + inputs.size() + " inputs; expected one");
    }
    return inputs.get(0);
  }

  /**
   * The only input, a sequence.
   *
   * @throws IllegalArgumentException unless it is [steps, features]
   */
  static Shape sequence(List<Shape> inputs) {
    Shape input = only(inputs);
    if (input.rank() != 2) {
      throw new IllegalArgumentException(
          "input " + input + "; expected a sequence [steps, features]");
    }
    return input;
  }

  /**
   * {@link LayerSpec#stepwise} of a layer that computes every step of sequences of vectors by
   * itself.
   */
  static Optional<LayerSpec> eachStep(LayerSpec layer, List<Shape> inputs) {
    return inputs.stream().allMatch(input -> input.rank() > 1)
        ? Optional.of(layer)
        : Optional.empty();
  }

  /** The extent of the last axis; a single number counts as [1]. */
  static int lastAxis(Shape shape) {
    return shape.rank() == 0 ? 1 : shape.dim(-1);
  }

  /**
   * @throws IllegalArgumentException if there are fewer than two inputs
   */
  static List<Shape> several(List<Shape> inputs) {
    if (inputs.size() < 2) {
      throw new IllegalArgumentException("got " + inputs.size() + " input; expected two or more");
    }
    return inputs;
  }

  /**
   * The shape that two or more inputs share.
   *
   * @throws IllegalArgumentException if they differ
   */
  static Shape alike(List<Shape> inputs) {
    Shape first = several(inputs).get(0);
    if (inputs.stream().anyMatch(input -> !input.equals(first))) {
      throw new IllegalArgumentException("inputs " + inputs + " differ; expected one shape");
    }
    return first;
  }
}
