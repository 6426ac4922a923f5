package io.gradflow.driver.data;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Where rows come from.
 *
 * @param path any Hadoop URIs of files, directories, or globs of them
 * @param options handed to Spark's reader
 */
@Doc("A table in files, in Spark's catalog, or of a query.")
public record SourceSpec(
    @Doc(
            "csv, tsv, json (one object a line), parquet, orc, avro, libsvm, idx, numpy, text (column"
                + " text: a row a line; a file with options {wholetext: true}), files (whole files:"
                + " columns content, folder, file), table, sql.")
        SourceFormat format,
    @Doc(
            "Files, directories, globs; any Hadoop URIs. With format table the table's name, with"
                + " sql the query.")
        List<String> path,
    @Doc(
            "Options of Spark's reader, such as header or sep; of idx and files: labels, the name of"
                + " a file of labels beside the data; of libsvm: features, how many there are.")
        @Default("{}")
        Map<String, String> options) {
  public SourceSpec {
    path = List.copyOf(path);
    if (path.isEmpty() || path.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("path is empty");
    }
    if (!format.inFiles() && path.size() > 1) {
      throw new IllegalArgumentException("path has " + path.size() + " entries; expected one");
    }
    options = new TreeMap<>(options);
  }

  /** A source of one path. */
  public SourceSpec(SourceFormat format, String path, Map<String, String> options) {
    this(format, List.of(path), options);
  }

  SourceSpec relocate(UnaryOperator<String> paths) {
    return format.inFiles()
        ? new SourceSpec(format, path.stream().map(paths).toList(), options)
        : this;
  }
}
