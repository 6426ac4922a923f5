package io.gradflow.driver.data;

import io.gradflow.common.data.TextWindows;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StringType;

/** Cuts long texts into rows: one a window, with the row's other columns repeated. */
final class TextRows implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1;

  private final TextWindows windows;
  private final int at;

  private TextRows(TextWindows windows, int at) {
    this.windows = windows;
    this.at = at;
  }

  /** The table cut into windows; the table as it is if there are none, or no text to cut. */
  static SourceTable of(SourceTable table, Optional<TextWindows> windows) {
    int at =
        windows
            .map(w -> Arrays.asList(table.rows().schema().fieldNames()).indexOf(w.column()))
            .orElse(-1);
    if (at < 0 || !(table.rows().schema().apply(at).dataType() instanceof StringType)) {
      return table;
    }
    return new SourceTable(
        table.name(),
        table
            .rows()
            .mapPartitions(new TextRows(windows.get(), at), Encoders.row(table.rows().schema())),
        table.malformed(),
        table.files());
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return stream(rows).flatMap(this::cut).iterator();
  }

  private Stream<Row> cut(Row row) {
    return row.isNullAt(at)
        ? Stream.of(row)
        : stream(windows.of(row.getString(at))).map(window -> with(row, window));
  }

  private Row with(Row row, String window) {
    Object[] values = new Object[row.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == at ? window : row.get(i);
    }
    return RowFactory.create(values);
  }

  private static <T> Stream<T> stream(Iterator<T> items) {
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(items, 0), false);
  }
}
