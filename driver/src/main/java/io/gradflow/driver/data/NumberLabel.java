package io.gradflow.driver.data;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.FieldEncoder;
import io.gradflow.common.data.NumericColumns;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Numbers to regress on, one a column. */
@Kind("number")
@Doc("Numbers to regress on.")
public record NumberLabel(@Doc("Its column, or several for several numbers.") List<String> column)
    implements LabelSpec {
  // The most columns that are tried where the data decides.
  private static final int MOST = 1024;

  public NumberLabel {
    column = List.copyOf(column);
    if (column.isEmpty()) {
      throw new IllegalArgumentException("column is empty");
    }
  }

  @Override
  public Stream<Field> targets(DataSpec data) {
    boolean known = column.stream().noneMatch(ColumnNames::isGlob);
    return IntStream.rangeClosed(known ? column.size() : 1, known ? column.size() : MOST)
        .mapToObj(width -> new Field(TARGET, Shape.of(width), Field.Kind.NUMBER, List.of()));
  }

  @Override
  public RawGroup raw(List<String> found) {
    return new RawGroup(found, RawGroup.Content.NUMBER, found.size());
  }

  @Override
  public FieldEncoder target(
      List<String> found, Supplier<List<String>> classes, List<FieldEncoder> inputs) {
    int width = found.size();
    return new FieldEncoder(
        TARGET,
        Shape.of(width),
        List.of(new NumericColumns(found, false, width, List.of(), List.of())));
  }
}
