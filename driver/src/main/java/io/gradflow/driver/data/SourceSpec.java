package io.gradflow.driver.data;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Where rows come from.
 *
 * @param path any Hadoop URI of a file, a directory, or a glob of them
 * @param options handed to Spark's reader
 */
@Doc("A table in files: format, path, reader options.")
public record SourceSpec(
    @Doc(
            "csv, json (one object a line), parquet, orc, table, or text (column text: a row a line; a file"
                + " with options {wholetext: true}).")
        SourceFormat format,
    @Doc("A file, a directory or a glob; any Hadoop URI. With format table, the table's name.")
        String path,
    @Doc("Options of Spark's reader, such as header or sep.") @Default("{}")
        Map<String, String> options) {
  public SourceSpec {
    if (path.isBlank()) {
      throw new IllegalArgumentException("path is empty");
    }
    options = new TreeMap<>(options);
  }

  SourceSpec relocate(UnaryOperator<String> paths) {
    return format == SourceFormat.TABLE ? this : new SourceSpec(format, paths.apply(path), options);
  }
}
