package io.gradflow.driver.data;

import io.gradflow.common.data.SeriesWindows;
import io.gradflow.common.data.TimeText;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Makes rows of examples out of the rows of time series: the last row of each history, with the
 * columns that are learned from replaced by arrays of their history. With a horizon, columns are
 * added: {@code TARGET ahead}, the values to predict, and {@code TIME ahead}, {@code TIME ahead
 * until}, the times of the first and the last of them; without one {@code COLUMN now} keeps what
 * the arrays replace. A row without a time goes on without arrays, and is a bad row.
 *
 * <p>Rows come to the task sorted by entity and time, and it keeps one example's rows at a time.
 */
public final class SeriesRows implements MapPartitionsFunction<Row, Row> {
  /** Behind a column's name: its value in the last row of the history. */
  static final String NOW = " now";

  private static final long serialVersionUID = 1;

  private final int history;
  private final int horizon;
  private final int stride;
  private final StructType schema;
  private final int[] columns;
  private final int[] entity;
  private final int time;
  private final int target;

  private SeriesRows(SeriesWindows windows, StructType schema) {
    this.history = windows.history();
    this.horizon = windows.horizon();
    this.stride = windows.stride();
    this.schema = schema;
    this.columns = windows.columns().stream().mapToInt(schema::fieldIndex).toArray();
    this.entity = windows.entity().stream().mapToInt(schema::fieldIndex).toArray();
    this.time = schema.fieldIndex(windows.time());
    this.target = windows.target().map(schema::fieldIndex).orElse(-1);
  }

  /**
   * The rows of examples.
   *
   * @param name of the rows, for messages
   * @throws GradflowException (bad data) if a column is not there
   */
  public static Dataset<Row> of(String name, Dataset<Row> rows, SeriesWindows windows) {
    List<String> there = Arrays.asList(rows.columns());
    Stream.of(
            windows.columns().stream(),
            windows.entity().stream(),
            Stream.of(windows.time()),
            windows.target().stream())
        .flatMap(names -> names)
        .filter(column -> !there.contains(column))
        .findFirst()
        .ifPresent(
            column -> {
              throw new GradflowException(
                  ExitCode.BAD_DATA,
                  "%s: no column %s, which the series needs; its columns are %s"
                      .formatted(name, column, there));
            });
    Column[] entities = windows.entity().stream().map(SeriesRows::column).toArray(Column[]::new);
    Column[] order =
        Stream.concat(Stream.of(entities), Stream.of(column(windows.time())))
            .toArray(Column[]::new);
    // One series is one after the other; several are spread by their entity.
    Dataset<Row> together = entities.length == 0 ? rows.repartition(1) : rows.repartition(entities);
    SeriesRows task = new SeriesRows(windows, rows.schema());
    return together.sortWithinPartitions(order).mapPartitions(task, Encoders.row(task.made()));
  }

  /** The rows of examples; the table as it is without a series. */
  static SourceTable of(SourceTable table, Optional<SeriesWindows> windows) {
    return windows
        .map(
            each ->
                new SourceTable(
                    table.name(), of(table.name(), table.rows(), each), table.malformed(), false))
        .orElse(table);
  }

  /** Rows made without a horizon, with the columns as they were in place of the arrays. */
  public static Dataset<Row> restored(Dataset<Row> rows, SeriesWindows windows) {
    List<String> now = windows.columns().stream().map(name -> name + NOW).toList();
    return rows.select(
        Stream.of(rows.columns())
            .filter(name -> !now.contains(name))
            .map(
                name ->
                    windows.columns().contains(name) ? column(name + NOW).as(name) : column(name))
            .toArray(Column[]::new));
  }

  private static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  /** The columns of the rows that are made. */
  private StructType made() {
    StructType made = new StructType();
    for (int i = 0; i < schema.length(); i++) {
      made =
          made.add(
              schema.apply(i).name(),
              isLearned(i)
                  ? DataTypes.createArrayType(schema.apply(i).dataType())
                  : schema.apply(i).dataType(),
              true);
    }
    if (target < 0) {
      for (int column : columns) {
        made = made.add(schema.apply(column).name() + NOW, schema.apply(column).dataType(), true);
      }
      return made;
    }
    String ahead = schema.apply(time).name() + SeriesWindows.AHEAD;
    return made.add(
            schema.apply(target).name() + SeriesWindows.AHEAD,
            DataTypes.createArrayType(schema.apply(target).dataType()),
            true)
        .add(ahead, schema.apply(time).dataType(), true)
        .add(ahead + SeriesWindows.UNTIL, schema.apply(time).dataType(), true);
  }

  private boolean isLearned(int column) {
    return Arrays.stream(columns).anyMatch(each -> each == column);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Examples(rows);
  }

  private final class Examples implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final Deque<Row> window = new ArrayDeque<>();
    private Row last;
    private int untilNext;
    private Row next;

    Examples(Iterator<Row> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      while (next == null && rows.hasNext()) {
        next = after(rows.next());
      }
      return next != null;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row result = next;
      next = null;
      return result;
    }

    /** The example that a row completes, or null. */
    private Row after(Row row) {
      if (row.isNullAt(time)) {
        return example(row, List.of());
      }
      if (last == null || !sameEntity(last, row)) {
        window.clear();
        untilNext = 0;
      } else if (!(micros(last) < micros(row))) {
        throw new GradflowException(
            ExitCode.BAD_DATA,
            "time %s of series %s: %s is followed by %s; expected each time once, and text that sorts as ISO 8601 does"
                .formatted(
                    schema.apply(time).name(), entityOf(row), last.get(time), row.get(time)));
      }
      last = row;
      window.add(row);
      int wanted = history + horizon;
      if (window.size() < wanted) {
        return null;
      }
      if (window.size() > wanted) {
        window.remove();
      }
      untilNext = untilNext == 0 ? stride : untilNext;
      untilNext--;
      return untilNext == stride - 1 ? example(null, new ArrayList<>(window)) : null;
    }

    private Row example(Row alone, List<Row> seen) {
      Row now = alone == null ? seen.get(history - 1) : alone;
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < schema.length(); i++) {
        values.add(isLearned(i) ? array(seen, 0, history, i) : now.get(i));
      }
      if (target < 0) {
        for (int column : columns) {
          values.add(now.get(column));
        }
      } else {
        int size = history + horizon;
        values.add(array(seen, history, size, target));
        values.add(seen.isEmpty() ? null : seen.get(history).get(time));
        values.add(seen.isEmpty() ? null : seen.get(size - 1).get(time));
      }
      return RowFactory.create(values.toArray());
    }
  }

  private static Object array(List<Row> rows, int from, int to, int column) {
    return rows.isEmpty()
        ? null
        : CollectionConverters.asScala(
                rows.subList(from, to).stream().map(row -> row.get(column)).toList())
            .toSeq();
  }

  private boolean sameEntity(Row one, Row other) {
    for (int column : entity) {
      if (!Objects.equals(one.get(column), other.get(column))) {
        return false;
      }
    }
    return true;
  }

  private String entityOf(Row row) {
    return Arrays.stream(entity).mapToObj(row::get).map(String::valueOf).toList().toString();
  }

  /** A time as a number that grows with it. */
  private double micros(Row row) {
    Object value = row.get(time);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    return TimeText.of(value);
  }
}
