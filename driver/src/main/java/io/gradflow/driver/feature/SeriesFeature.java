package io.gradflow.driver.feature;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.SeriesColumns;
import io.gradflow.common.data.SeriesWindows;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The last values of some columns of a time series: [history, columns], the oldest first. Each row
 * of an example is one of the table; with {@code as: forecast} the label is what comes then.
 *
 * @param time of the rows; they differ within an entity, and as text are ISO 8601
 * @param entity columns that tell series apart
 * @param history rows that an example sees
 * @param stride rows from the start of one training example to that of the next
 */
@Kind("series")
@Doc("The last values of some columns of a time series: [history, columns].")
public record SeriesFeature(
    @Doc("Columns of numbers.") List<String> columns,
    @Doc("The network input it is.") @Default("features") String input,
    @Doc("The column that rows are ordered by: times, each once a series.") String time,
    @Doc("Columns that tell series apart; all rows are one series without.") @Default("[]")
        List<String> entity,
    @Doc("Rows that an example sees.") int history,
    @Doc("Rows from the start of one example to that of the next; predicting takes every row.")
        @Default("1")
        int stride,
    @Doc("To mean 0 and standard deviation 1 by column, as fitted on the training rows.")
        @Default("false")
        boolean standardize,
    @Doc("To the range 0 to 1 by column, as fitted on the training rows.") @Default("false")
        boolean minMax)
    implements FeatureSpec {
  public SeriesFeature {
    columns = Columns.some(columns);
    entity = List.copyOf(entity);
    if (columns.stream().anyMatch(name -> name.indexOf('*') >= 0 || name.indexOf('?') >= 0)) {
      throw new IllegalArgumentException(
          "columns " + columns + ": a series needs names, not globs: their order is part of it");
    }
    new SeriesWindows(columns, time, entity, history, 0, stride, Optional.empty());
    new Scaling(Optional.empty(), standardize, minMax, false);
  }

  /**
   * How the table's rows become those of examples.
   *
   * @param target the column that is forecast, if one is
   * @param horizon how many of its values; 0 without one
   */
  public SeriesWindows windows(Optional<String> target, int horizon) {
    return new SeriesWindows(columns, time, entity, history, horizon, stride, target);
  }

  @Override
  public boolean alone() {
    return true;
  }

  @Override
  public Optional<Shape> exampleShape(OptionalInt count) {
    return Optional.of(Shape.of(history, columns.size()));
  }

  @Override
  public RawGroup raw(List<String> found) {
    return untaught(found).raw();
  }

  @Override
  public FeatureFit fit(List<String> found, int width) {
    return standardize || minMax
        ? new SeriesFit(untaught(found), standardize)
        : FeatureFit.of(untaught(found));
  }

  private SeriesColumns untaught(List<String> found) {
    return new SeriesColumns(found, history, List.of(), List.of());
  }
}
