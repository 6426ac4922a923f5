package io.gradflow.common.data;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an encoded example holds: the network's inputs, the targets, and always one weight.
 *
 * @param inputs one per network input, in order
 * @param targets what outputs are compared with, each with one or several; empty when unlabelled
 *     data is predicted
 */
public record ExampleSchema(List<Field> inputs, List<Field> targets) {
  public ExampleSchema {
    inputs = List.copyOf(inputs);
    targets = List.copyOf(targets);
    Set<String> names = new HashSet<>();
    Stream.concat(inputs.stream(), targets.stream())
        .forEach(
            field -> {
              if (!names.add(field.name())) {
                throw new IllegalArgumentException("field " + field.name() + " appears twice");
              }
            });
  }
}
