package io.gradflow.common.data;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.List;
import java.util.Optional;

/**
 * How the rows of a time series become examples: each is {@code history} rows of one entity, in the
 * order of time, and the {@code horizon} rows after them, which are predicted.
 *
 * @param columns whose history is learned from
 * @param time the column of times, which differ within an entity
 * @param entity columns that tell series apart; empty if all rows are one series
 * @param history rows that an example sees
 * @param horizon rows that are predicted; 0 if only the last row of the history is labelled
 * @param stride rows from the start of one example to that of the next
 * @param target the column that is predicted, if the horizon is not 0
 */
@Doc("How the rows of a time series become examples.")
public record SeriesWindows(
    List<String> columns,
    String time,
    @Default("[]") List<String> entity,
    int history,
    @Default("0") int horizon,
    @Default("1") int stride,
    Optional<String> target) {
  /** Behind a column's name: its values in the horizon, or the time of the horizon's first row. */
  public static final String AHEAD = " ahead";

  /** Behind the time column's name: the time of the horizon's last row. */
  public static final String UNTIL = " until";

  public SeriesWindows {
    columns = List.copyOf(columns);
    entity = List.copyOf(entity);
    if (history < 1 || horizon < 0 || stride < 1) {
      throw new IllegalArgumentException(
          "history %d, horizon %d, stride %d; expected at least 1, 0 and 1"
              .formatted(history, horizon, stride));
    }
    if (columns.contains(time) || entity.stream().anyMatch(columns::contains)) {
      throw new IllegalArgumentException(
          "columns %s hold numbers; time %s and entity %s are others"
              .formatted(columns, time, entity));
    }
    if (target.isPresent() != horizon > 0) {
      throw new IllegalArgumentException("horizon " + horizon + ", target " + target);
    }
  }

  /** The same where nothing is known of what comes: every row is the last of a history. */
  public SeriesWindows unlabelled() {
    return new SeriesWindows(columns, time, entity, history, 0, 1, Optional.empty());
  }
}
