package io.gradflow.driver.format;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.input.PortableDataStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A format whose files are read from their beginning to their end, each by one task. */
public abstract sealed class FileFormat implements Serializable permits IdxFormat, NumpyFormat {
  private static final long serialVersionUID = 1;

  /** What the rows have, as the file says. */
  abstract StructType schema(FormatFile file) throws IOException;

  /** The rows in order; the file is closed behind the last. */
  abstract Iterator<Row> rows(FormatFile file) throws IOException;

  /**
   * The rows of all files.
   *
   * @param paths files, directories and globs
   * @throws GradflowException (bad data) if the files have different columns, or there are none
   */
  public Dataset<Row> table(SparkSession spark, List<String> paths) throws IOException {
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    StructType schema = new StructType();
    for (String path : paths) {
      for (FormatFile file : FormatFile.of(path, configuration)) {
        StructType found = schema(file);
        if (!schema.isEmpty() && !schema.equals(found)) {
          throw new GradflowException(
              ExitCode.BAD_DATA,
              "%s has columns %s; the files before have %s"
                  .formatted(file, found.simpleString(), schema.simpleString()));
        }
        schema = found;
      }
    }
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .binaryFiles(String.join(",", paths))
            .values()
            .flatMap(new Reading(this));
    return spark.createDataFrame(rows, schema);
  }

  /** Reads a file on an executor. A named class: there is no closure to clean. */
  private static final class Reading implements FlatMapFunction<PortableDataStream, Row> {
    private static final long serialVersionUID = 1;

    private final FileFormat format;

    Reading(FileFormat format) {
      this.format = format;
    }

    @Override
    public Iterator<Row> call(PortableDataStream stream) throws IOException {
      return format.rows(
          new FormatFile(
              new org.apache.hadoop.fs.Path(stream.getPath()), stream.getConfiguration()));
    }
  }
}
