package io.gradflow.driver.profile;

import io.gradflow.common.spec.Doc;
import java.util.List;
import java.util.Optional;

/**
 * The rows of a table, column by column. Kept with the model, so that later rows can be compared
 * with those it was trained on.
 *
 * @param formatVersion of the file; this build writes and reads {@value #FORMAT_VERSION}
 * @param rows that were counted
 */
@Doc("The rows of a table, column by column.")
public record TableProfile(int formatVersion, long rows, List<ColumnProfile> columns) {
  /** What this build writes and reads. */
  public static final int FORMAT_VERSION = 1;

  public TableProfile {
    columns = List.copyOf(columns);
    if (formatVersion != FORMAT_VERSION) {
      throw new IllegalArgumentException(
          "profile of format version %d; this build reads %d"
              .formatted(formatVersion, FORMAT_VERSION));
    }
  }

  /** A column by name. */
  public Optional<ColumnProfile> column(String name) {
    return columns.stream().filter(column -> column.column().equals(name)).findFirst();
  }
}
