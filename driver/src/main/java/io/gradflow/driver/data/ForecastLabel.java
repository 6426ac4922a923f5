package io.gradflow.driver.data;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.FieldEncoder;
import io.gradflow.common.data.NumericColumns;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.SeriesWindows;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The next values of a column of a time series, whose history is a feature.
 *
 * @param horizon how many
 */
@Kind("forecast")
@Doc("The next values of a column of a time series, whose history is a feature as: series.")
public record ForecastLabel(
    @Doc("Its column.") List<String> column, @Doc("How many values.") @Default("1") int horizon)
    implements LabelSpec {
  public ForecastLabel {
    column = List.copyOf(column);
    if (column.size() != 1 || ColumnNames.isGlob(column.get(0))) {
      throw new IllegalArgumentException("a forecast has one column, not " + column);
    }
    if (horizon < 1) {
      throw new IllegalArgumentException("horizon " + horizon + "; expected at least 1");
    }
  }

  @Override
  public Stream<Field> targets(DataSpec data) {
    return Stream.of(new Field(TARGET, Shape.of(horizon), Field.Kind.NUMBER, List.of()));
  }

  @Override
  public RawGroup raw(List<String> found) {
    return ahead(found).raw();
  }

  @Override
  public FieldEncoder target(
      List<String> found, Supplier<List<String>> classes, List<FieldEncoder> inputs) {
    return new FieldEncoder(TARGET, Shape.of(horizon), List.of(ahead(found)));
  }

  private NumericColumns ahead(List<String> found) {
    return new NumericColumns(
        List.of(found.get(0) + SeriesWindows.AHEAD), true, horizon, List.of(), List.of());
  }
}
