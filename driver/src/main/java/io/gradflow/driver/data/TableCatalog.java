package io.gradflow.driver.data;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * Where Spark looks names of tables up: in Hive's metastore, where the cluster says so, or in a
 * catalog of its own in memory, which knows what this application has made and nothing else.
 * Catalogs that have a name ({@code spark.sql.catalog.NAME}) are there with either.
 */
public final class TableCatalog {
  private static final String KEY = "spark.sql.catalogImplementation";
  private static final String HIVE = "hive";

  /** What says that there is a metastore: a file on the class path, or an address. */
  private static final String SITE = "hive-site.xml";

  private static final String[] ADDRESSES = {
    "spark.hadoop.hive.metastore.uris", "spark.hive.metastore.uris"
  };

  /** What Spark itself looks for. */
  private static final String[] CLASSES = {
    "org/apache/spark/sql/hive/HiveSessionStateBuilder.class",
    "org/apache/hadoop/hive/conf/HiveConf.class"
  };

  private TableCatalog() {}

  /**
   * Chooses Hive's metastore for a session that is about to be made, where there is one and the
   * user has not chosen.
   *
   * @param get the value of a setting, or null
   * @param set takes key and value
   * @param classPath where Spark's Hive classes and the cluster's settings may be
   * @throws GradflowException (input missing) if the user has chosen it and Spark's Hive classes
   *     are not there
   */
  public static void choose(
      Function<String, String> get, BiConsumer<String, String> set, ClassLoader classPath) {
    boolean classes = Stream.of(CLASSES).allMatch(name -> classPath.getResource(name) != null);
    String chosen = get.apply(KEY);
    if (HIVE.equals(chosen) && !classes) {
      throw new GradflowException(
          ExitCode.INPUT_MISSING,
          KEY
              + " is hive, but this Spark has no Hive classes: use a Spark that is built with Hive,"
              + " add them by -- --packages org.apache.spark:spark-hive_2.13:VERSION, or leave the"
              + " setting out");
    }
    boolean metastore =
        classPath.getResource(SITE) != null
            || Stream.of(ADDRESSES).anyMatch(key -> get.apply(key) != null);
    if (chosen == null && classes && metastore) {
      set.accept(KEY, HIVE);
    }
  }

  /** What may help where a name is not found; empty if Hive's metastore was asked. */
  static Optional<String> remedy(SparkSession spark) {
    if (spark.conf().get(KEY, "in-memory").equals(HIVE)) {
      return Optional.empty();
    }
    return Optional.of(
        "This session's catalog is Spark's own, in memory: it knows tables and views that this"
            + " application has made. Tables of Hive need Spark's Hive classes, and hive-site.xml"
            + " on the class path or spark.hive.metastore.uris; those of other catalogs their"
            + " spark.sql.catalog.NAME. Files need no catalog: format parquet, or in a query"
            + " parquet.`PATH`");
  }
}
