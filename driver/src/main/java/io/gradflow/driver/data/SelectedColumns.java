package io.gradflow.driver.data;

import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.RawValues;
import java.io.Serializable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The columns that a scan asks Spark for: those of the groups, and where the format has them the
 * text of malformed records and the file a row comes from.
 *
 * @param malformed ordinal of the malformed record's text; -1 without
 * @param file ordinal of the file's name, followed by where its stretch starts; -1 without
 * @param named how many columns are the table's own
 */
record SelectedColumns(StructType schema, int named, int malformed, int file)
    implements Serializable {
  static Dataset<Row> select(SourceTable table, List<RawGroup> groups, Column... more) {
    Set<String> names = new LinkedHashSet<>();
    groups.forEach(group -> names.addAll(group.columns()));
    Dataset<Row> rows = table.rows();
    Column[] columns =
        Stream.of(
                names.stream().map(name -> functions.col("`" + name.replace("`", "``") + "`")),
                table.malformed().stream().map(functions::col),
                place(table),
                Stream.of(more))
            .flatMap(stream -> stream)
            .toArray(Column[]::new);
    return rows.select(columns);
  }

  /** Columns of the file that a row comes from, and of where its stretch starts. */
  private static Stream<Column> place(SourceTable table) {
    if (!table.files()) {
      return Stream.empty();
    }
    boolean whole = List.of(table.rows().columns()).contains(SourceTable.PATH);
    return whole
        ? Stream.of(functions.col(SourceTable.PATH), functions.lit(0L))
        : Stream.of(functions.input_file_name(), functions.expr("input_file_block_start()"));
  }

  static SelectedColumns of(SourceTable table, List<RawGroup> groups, Dataset<Row> selected) {
    int named = (int) groups.stream().flatMap(group -> group.columns().stream()).distinct().count();
    int malformed = table.malformed().isPresent() ? named : -1;
    int file = table.files() ? (malformed < 0 ? named : named + 1) : -1;
    return new SelectedColumns(selected.schema(), named, malformed, file);
  }

  boolean hasFile() {
    return file >= 0;
  }

  UTF8String file(InternalRow row) {
    return row.getUTF8String(file);
  }

  long start(InternalRow row) {
    return row.getLong(file + 1);
  }

  /** Null, or the complaint about a record that does not have the table's columns. */
  String malformed(InternalRow row) {
    if (malformed < 0 || row.isNullAt(malformed)) {
      return null;
    }
    String record = row.getUTF8String(malformed).toString();
    return (record.indexOf('\uFFFD') >= 0
            ? "the record is not valid UTF-8: "
            : "the record does not have the table's columns: ")
        + RawValues.quoted(record);
  }
}
