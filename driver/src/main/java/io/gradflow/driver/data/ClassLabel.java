package io.gradflow.driver.data;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ClassColumn;
import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.FieldEncoder;
import io.gradflow.common.data.NumberText;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One class of several.
 *
 * @param classes the classes in index order; those found in the training source, sorted, if empty
 * @param weights of the classes' training rows
 */
@Kind("class")
@Doc("One class of several: text or a number.")
public record ClassLabel(
    @Doc("Its column.") List<String> column,
    @Doc("The classes in index order; found in the training data unless given.") @Default("[]")
        List<String> classes,
    @Doc("How much rows of each class count in training; alike if left out.")
        Optional<ClassWeightsSpec> weights)
    implements LabelSpec {
  // The most classes that are tried where the data decides.
  private static final int MOST = 1024;

  public ClassLabel {
    column = List.copyOf(column);
    classes = List.copyOf(classes);
    if (column.size() != 1) {
      throw new IllegalArgumentException("a class label has one column, not " + column.size());
    }
    if (classes.size() == 1 || classes.stream().distinct().count() != classes.size()) {
      throw new IllegalArgumentException(
          "classes " + classes + "; expected two or more, each once");
    }
  }

  /** Classes that count alike. */
  public ClassLabel(List<String> column, List<String> classes) {
    this(column, classes, Optional.empty());
  }

  @Override
  public Stream<Field> targets(DataSpec data) {
    int known = classes.size();
    return IntStream.rangeClosed(known > 0 ? known : 2, known > 0 ? known : MOST)
        .mapToObj(
            count ->
                new Field(
                    TARGET,
                    Shape.of(),
                    Field.Kind.CLASS,
                    IntStream.range(0, count).mapToObj(Integer::toString).toList()));
  }

  @Override
  public RawGroup raw(List<String> found) {
    return new RawGroup(found, RawGroup.Content.LABEL, 0);
  }

  @Override
  public Optional<ColumnEncoder> check(List<String> found) {
    return classes.isEmpty()
        ? Optional.empty()
        : Optional.of(new ClassColumn(found.get(0), spelled()));
  }

  @Override
  public FieldEncoder target(
      List<String> found, Supplier<List<String>> inData, List<FieldEncoder> inputs) {
    List<String> all = classes.isEmpty() ? inData.get() : spelled();
    return new FieldEncoder(TARGET, Shape.of(), List.of(new ClassColumn(found.get(0), all)));
  }

  private List<String> spelled() {
    return classes.stream().map(NumberText::label).toList();
  }
}
