package io.gradflow.driver.run;

import io.gradflow.driver.data.TableCatalog;
import io.gradflow.driver.step.SparkSettings;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * The Spark session of a command: the application's own if there is one, else a new one that ends
 * with the command. A new one gets the settings that Gradflow needs, each unless the user set it,
 * runs in local mode where nobody named a master, and has Hive's tables where the cluster has them.
 */
public final class OpenSession implements AutoCloseable {
  private static final String LOG_LEVEL = "spark.log.level";

  private final SparkSession session;
  private final boolean own;

  private OpenSession(SparkSession session, boolean own) {
    this.session = session;
    this.own = own;
  }

  /**
   * @param name the application's name, unless the user set one
   */
  public static OpenSession open(String name) {
    if (SparkSession.getDefaultSession().isDefined()
        && !SparkSession.getDefaultSession().get().sparkContext().isStopped()) {
      return new OpenSession(SparkSession.getDefaultSession().get(), false);
    }
    SparkConf conf = new SparkConf();
    SparkSettings.apply(conf::contains, conf::set);
    TableCatalog.choose(
        key -> conf.get(key, null), conf::set, Thread.currentThread().getContextClassLoader());
    conf.setIfMissing("spark.app.name", name);
    conf.setIfMissing("spark.master", "local[*]");
    if (!isLoggingConfigured()) {
      conf.setIfMissing(LOG_LEVEL, "WARN");
    }
    return new OpenSession(SparkSession.builder().config(conf).getOrCreate(), true);
  }

  public SparkSession session() {
    return session;
  }

  // Where somebody has configured logging, Spark's level is theirs to choose.
  private static boolean isLoggingConfigured() {
    return System.getProperty("log4j2.configurationFile") != null
        || System.getProperty("log4j.configurationFile") != null
        || OpenSession.class.getResource("/log4j2.properties") != null
        || OpenSession.class.getResource("/log4j2.xml") != null;
  }

  @Override
  public void close() {
    if (own) {
      session.stop();
    }
  }
}
