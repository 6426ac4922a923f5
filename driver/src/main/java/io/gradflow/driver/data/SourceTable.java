package io.gradflow.driver.data;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.error.Redaction;
import io.gradflow.driver.format.IdxFormat;
import io.gradflow.driver.format.LibsvmFormat;
import io.gradflow.driver.format.NumpyFormat;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A table to take rows from.
 *
 * @param name what messages call it
 * @param rows all its columns
 * @param malformed the column that holds the text of a record which the reader could not split into
 *     the table's columns, where the format has such
 * @param files whether rows know the file that they come from
 */
public record SourceTable(
    String name, Dataset<Row> rows, Optional<String> malformed, boolean files) {
  private static final String MALFORMED = "_gradflow_malformed";

  /** The hidden column that holds the path of each row's file, where rows are whole files. */
  static final String PATH = "_gradflow_path";

  /** The column of text files' rows. */
  private static final String TEXT = "text";

  /** The option that names a file of labels. */
  static final String LABELS = "labels";

  /** Options that would drop rows, or read them otherwise than they are checked here. */
  private static final Set<String> REFUSED =
      Set.of("mode", "columnnameofcorruptrecord", "ignorecorruptfiles", "ignoremissingfiles");

  /** Rows given by a program. */
  public static SourceTable of(String name, Dataset<Row> rows) {
    return new SourceTable(name, rows, Optional.empty(), false);
  }

  /**
   * Opens a source. Text formats give every value as text; the header of CSV and the fields of JSON
   * are read now, which is a small Spark job.
   *
   * @param name of the source in the spec, e.g. {@code data.train}
   * @throws GradflowException (input missing, bad data, I/O) if it is not there or has no columns
   */
  public static SourceTable open(SparkSession spark, String name, SourceSpec spec) {
    for (String option : spec.options().keySet()) {
      if (REFUSED.contains(option.toLowerCase(Locale.ROOT))) {
        throw new GradflowException(
            ExitCode.BAD_JOB,
            "%s.options.%s cannot be set: bad rows follow onBadRow".formatted(name, option));
      }
    }
    String shown = name + " (" + Redaction.text(String.join(", ", spec.path())) + ")";
    try {
      if (spec.format().inFiles()) {
        for (String path : spec.path()) {
          checkThere(spark, shown, path);
        }
      }
      SourceTable table = read(spark, shown, spec);
      if (table.rows.schema().isEmpty()) {
        throw new GradflowException(
            ExitCode.BAD_DATA, shown + " has no columns: the files are empty");
      }
      return table;
    } catch (Exception e) {
      RuntimeException failure = ReadFailure.of(shown, e);
      throw !spec.format().inFiles()
              && failure instanceof GradflowException missing
              && missing.code() == ExitCode.INPUT_MISSING
          ? new GradflowException(
              ExitCode.INPUT_MISSING,
              TableCatalog.remedy(spark)
                  .map(remedy -> missing.getMessage() + "\n" + remedy)
                  .orElse(missing.getMessage()),
              missing)
          : failure;
    }
  }

  private static SourceTable read(SparkSession spark, String shown, SourceSpec spec)
      throws IOException {
    DataFrameReader reader =
        spark.read().options(spec.options()).option("ignoreCorruptFiles", false);
    String[] paths = spec.path().toArray(String[]::new);
    Map<String, String> options = spec.options();
    return switch (spec.format()) {
      case CSV, TSV -> {
        reader = reader.option("header", options.getOrDefault("header", "true"));
        if (spec.format() == SourceFormat.TSV) {
          reader = reader.option("sep", options.getOrDefault("sep", "\t"));
        }
        StructType header = reader.option("inferSchema", false).csv(paths).schema();
        if (options.getOrDefault("header", "true").equalsIgnoreCase("true")) {
          CsvHeader.check(shown, header.fieldNames(), reader, paths);
        }
        yield withMalformed(reader.option("enforceSchema", false), "csv", shown, paths, header);
      }
      case JSON -> {
        reader = reader.option("primitivesAsString", true);
        StructType found =
            reader.option("columnNameOfCorruptRecord", MALFORMED).json(paths).schema();
        yield withMalformed(reader, "json", shown, paths, found);
      }
      case PARQUET, ORC, AVRO -> {
        requireContent(spark, shown, spec.path());
        String format = spec.format().name().toLowerCase(Locale.ROOT);
        yield new SourceTable(shown, reader.format(format).load(paths), Optional.empty(), true);
      }
      case TEXT ->
          new SourceTable(
              shown, reader.text(paths).withColumnRenamed("value", TEXT), Optional.empty(), true);
      case LIBSVM -> {
        int features = whole(shown, options.getOrDefault("features", "0"));
        yield new SourceTable(
            shown,
            LibsvmFormat.table(reader.text(paths), features, MALFORMED),
            Optional.of(MALFORMED),
            true);
      }
      case IDX ->
          of(shown, new IdxFormat(options.getOrDefault(LABELS, "")).table(spark, spec.path()));
      case NUMPY -> of(shown, new NumpyFormat().table(spark, spec.path()));
      case FILES -> files(spark, shown, spec, reader);
      case TABLE -> of(shown, spark.table(paths[0]));
      case SQL -> of(shown, spark.sql(paths[0]));
    };
  }

  /** A table's files have at least a footer: one without a byte is what a failure has left. */
  private static void requireContent(SparkSession spark, String shown, List<String> paths)
      throws IOException {
    List<Path> empty = EmptyFiles.below(paths, spark.sparkContext().hadoopConfiguration());
    if (!empty.isEmpty()) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "%s: %s has 0 bytes%s; delete it, or write it again"
              .formatted(
                  shown,
                  empty.get(0),
                  empty.size() > 1 ? ", as " + (empty.size() - 1) + " more" : ""));
    }
  }

  /** Whole files as rows, joined with their labels by the file's name if there are some. */
  private static SourceTable files(
      SparkSession spark, String shown, SourceSpec spec, DataFrameReader reader)
      throws IOException {
    Column path = functions.col("path");
    Dataset<Row> found =
        reader
            .option("recursiveFileLookup", true)
            .format("binaryFile")
            .load(spec.path().toArray(String[]::new))
            .select("path", "content");
    List<Row> empty =
        EmptyFiles.below(spec.path(), spark.sparkContext().hadoopConfiguration()).stream()
            .map(file -> RowFactory.create(file.toString(), new byte[0]))
            .toList();
    Dataset<Row> rows =
        (empty.isEmpty() ? found : found.union(spark.createDataFrame(empty, found.schema())))
            .select(
                functions.col("content"),
                functions.element_at(functions.split(path, "/"), -2).as("folder"),
                functions.element_at(functions.split(path, "/"), -1).as("file"),
                path.as(PATH));
    String labels = spec.options().get(LABELS);
    if (labels == null) {
      return new SourceTable(shown, rows, Optional.empty(), true);
    }
    Path data = new Path(spec.path().get(0));
    Dataset<Row> named =
        spark.read().option("header", true).csv(new Path(data.getParent(), labels).toString());
    if (!List.of(named.columns()).contains("file")) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "%s: the labels in %s have columns %s; expected one named file"
              .formatted(shown, labels, List.of(named.columns())));
    }
    for (Row twice :
        named.groupBy("file").count().filter("count > 1").orderBy("file").takeAsList(1)) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "%s: %s names file %s twice; a file has one label"
              .formatted(shown, labels, twice.getString(0)));
    }
    return new SourceTable(
        shown,
        rows.join(functions.broadcast(named), new String[] {"file"}, "left_outer"),
        Optional.empty(),
        true);
  }

  private static int whole(String shown, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new GradflowException(
          ExitCode.BAD_JOB,
          "%s: option features is \"%s\"; expected a whole number".formatted(shown, text),
          e);
    }
  }

  private static SourceTable withMalformed(
      DataFrameReader reader, String format, String shown, String[] paths, StructType found) {
    StructField[] fields =
        Arrays.stream(found.fields())
            .filter(field -> !field.name().equals(MALFORMED))
            .toArray(StructField[]::new);
    if (fields.length == 0) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          shown
              + ": no "
              + format
              + " record can be read; it has no columns"
              + (format.equals("json")
                  ? "; expected an object a line, or with options {multiLine: true} one a file"
                  : ""));
    }
    StructType schema = new StructType(fields).add(MALFORMED, DataTypes.StringType, true);
    Dataset<Row> rows =
        reader
            .option("columnNameOfCorruptRecord", MALFORMED)
            .format(format)
            .schema(schema)
            .load(paths);
    return new SourceTable(shown, rows, Optional.of(MALFORMED), true);
  }

  private static void checkThere(SparkSession spark, String shown, String uri) throws IOException {
    Path path = new Path(uri);
    FileStatus[] found =
        path.getFileSystem(spark.sparkContext().hadoopConfiguration()).globStatus(path);
    if (found == null || found.length == 0) {
      throw new GradflowException(ExitCode.INPUT_MISSING, shown + ": no such file or directory");
    }
  }

  /** The rows with the columns that are the user's, and that of malformed records. */
  public Dataset<Row> visible() {
    return rows.drop(PATH);
  }

  ColumnNames columns() {
    List<String> names =
        Stream.of(rows.columns())
            .filter(column -> !column.equals(MALFORMED) && !column.equals(PATH))
            .toList();
    return new ColumnNames(name, names);
  }
}
