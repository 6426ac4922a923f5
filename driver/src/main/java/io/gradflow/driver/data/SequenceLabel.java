package io.gradflow.driver.data;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.FieldEncoder;
import io.gradflow.common.data.LabelSequence;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.TextLevel;
import io.gradflow.common.data.TextTokens;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The labels of a text in order, for losses of sequences.
 *
 * @param labels the labels; their indices follow on padding, 0, and one that no label has, 1
 * @param length labels of the longest text
 */
@Kind("sequence")
@Doc("A text's labels in order: 0 is padding (of ctc the blank), 1 unused, then the labels.")
public record SequenceLabel(
    @Doc("Its column.") List<String> column,
    @Doc("What a label is: word or character.") @Default("character") TextLevel level,
    @Doc("The labels in index order.") List<String> labels,
    @Doc("Labels of the longest text; a text with more is a bad row.") int length)
    implements LabelSpec {
  public SequenceLabel {
    column = List.copyOf(column);
    labels = List.copyOf(labels);
    if (column.size() != 1) {
      throw new IllegalArgumentException("a label sequence has one column, not " + column.size());
    }
    if (labels.isEmpty() || labels.stream().distinct().count() != labels.size()) {
      throw new IllegalArgumentException("labels " + labels + "; expected at least one, each once");
    }
    if (level == TextLevel.BYTE_PAIR) {
      throw new IllegalArgumentException("level bytePair; expected word or character");
    }
    if (length < 1) {
      throw new IllegalArgumentException("length " + length + "; expected at least 1");
    }
  }

  @Override
  public Stream<Field> targets(DataSpec data) {
    return Stream.of(
        new Field(TARGET, Shape.of(length), Field.Kind.CLASS, encoder(column.get(0)).classes()));
  }

  @Override
  public RawGroup raw(List<String> found) {
    return encoder(found.get(0)).raw();
  }

  @Override
  public Optional<ColumnEncoder> check(List<String> found) {
    return Optional.of(encoder(found.get(0)));
  }

  @Override
  public FieldEncoder target(
      List<String> found, Supplier<List<String>> classes, List<FieldEncoder> inputs) {
    return new FieldEncoder(TARGET, Shape.of(length), List.of(encoder(found.get(0))));
  }

  private LabelSequence encoder(String found) {
    List<String> vocabulary = new ArrayList<>(List.of(TextTokens.PADDING, TextTokens.UNKNOWN));
    vocabulary.addAll(labels);
    return new LabelSequence(found, level, vocabulary, length);
  }
}
