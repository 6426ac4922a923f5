package io.gradflow.common.data;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that was learned from the training data to turn a raw row into an encoded example:
 * columns, scaling, classes. Immutable, saved with the model as JSON, and applied by the same
 * {@link RowEncoder} in training, evaluation, prediction and plain Java.
 *
 * @param inputs one per network input
 * @param targets one per network output; empty without labels
 * @param weight the column of example weights; without, every weight is 1
 */
@Doc("How raw rows become examples, as fitted on the training data.")
public record Preprocessing(
    List<FieldEncoder> inputs, @Default("[]") List<FieldEncoder> targets, Optional<String> weight) {
  public Preprocessing {
    inputs = List.copyOf(inputs);
    targets = List.copyOf(targets);
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("preprocessing without inputs");
    }
  }

  public ExampleSchema schema() {
    return new ExampleSchema(
        inputs.stream().map(FieldEncoder::field).toList(),
        targets.stream().map(FieldEncoder::field).toList());
  }

  /** The same inputs for data without labels and weights. */
  public Preprocessing unlabelled() {
    return new Preprocessing(inputs, List.of(), Optional.empty());
  }

  /** The parts of all fields, inputs before targets: the order of a {@link RawRow}'s groups. */
  public List<ColumnEncoder> parts() {
    return Stream.concat(inputs.stream(), targets.stream())
        .flatMap(field -> field.parts().stream())
        .toList();
  }

  /** What is read from each row: the groups of the parts, the weight last. */
  public List<RawGroup> groups() {
    List<RawGroup> groups = new ArrayList<>();
    parts().forEach(part -> groups.add(part.raw()));
    weight.ifPresent(
        column -> groups.add(new RawGroup(List.of(column), RawGroup.Content.NUMBER, 1)));
    return groups;
  }

  /** An encoder for one thread. */
  public RowEncoder encoder() {
    return new RowEncoder(this);
  }
}
