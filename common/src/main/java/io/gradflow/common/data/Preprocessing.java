package io.gradflow.common.data;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that was learned from the training data to turn a raw row into an encoded example:
 * columns, scaling, classes. Immutable, saved with the model as JSON, and applied by the same
 * {@link RowEncoder} in training, evaluation, prediction and plain Java.
 *
 * @param inputs one per network input
 * @param targets what outputs are compared with; empty without labels
 * @param weight the column of example weights; without, every weight is 1
 * @param windows how labelled texts become rows; without, a row of the table is one
 * @param series how rows of time series become rows, if they are
 */
@Doc("How raw rows become examples, as fitted on the training data.")
public record Preprocessing(
    List<FieldEncoder> inputs,
    @Default("[]") List<FieldEncoder> targets,
    Optional<String> weight,
    Optional<TextWindows> windows,
    Optional<SeriesWindows> series) {
  public Preprocessing {
    inputs = List.copyOf(inputs);
    targets = List.copyOf(targets);
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("preprocessing without inputs");
    }
  }

  /** Rows of the table as they are. */
  public Preprocessing(
      List<FieldEncoder> inputs, List<FieldEncoder> targets, Optional<String> weight) {
    this(inputs, targets, weight, Optional.empty(), Optional.empty());
  }

  public ExampleSchema schema() {
    return new ExampleSchema(
        inputs.stream().map(FieldEncoder::field).toList(),
        targets.stream().map(FieldEncoder::field).toList());
  }

  /** The same inputs for data without labels and weights. */
  public Preprocessing unlabelled() {
    return new Preprocessing(
        inputs,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        series.map(SeriesWindows::unlabelled));
  }

  /** The parts of all fields, inputs before targets. */
  public List<ColumnEncoder> parts() {
    return fields().stream().flatMap(field -> field.parts().stream()).toList();
  }

  /** Inputs before targets. */
  public List<FieldEncoder> fields() {
    return Stream.concat(inputs.stream(), targets.stream()).toList();
  }

  /** What is read from each row: the groups of the parts, the weight last. */
  public RawGroups groups() {
    return RawGroups.of(parts().stream().map(ColumnEncoder::raw).toList(), weight);
  }

  /** An encoder for one thread. */
  public RowEncoder encoder() {
    return new RowEncoder(this);
  }
}
