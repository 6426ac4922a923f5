package io.gradflow.testkit;

import io.gradflow.common.serial.MessageRegistrator;
import org.apache.spark.sql.SparkSession;

/** The Spark session that tests share: starting one costs seconds. */
public final class SparkSessions {
  private static SparkSession local2;

  private SparkSessions() {}

  /**
   * A session of two threads in this JVM, with the serializer settings that Gradflow runs with;
   * lives until the JVM ends. Tests must not stop it nor change its settings.
   */
  public static synchronized SparkSession local2() {
    if (local2 == null) {
      local2 =
          SparkSession.builder()
              .master("local[2]")
              .appName("gradflow-tests")
              .config("spark.ui.enabled", "false")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .config("spark.sql.shuffle.partitions", "2")
              .config("spark.sql.session.timeZone", "UTC")
              .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
              .config("spark.kryo.registrator", "io.gradflow.common.serial.MessageRegistrator")
              .config("spark.kryo.registrationRequired", "true")
              .config("spark.kryo.registrator", MessageRegistrator.class.getName())
              .getOrCreate();
      local2.sparkContext().setLogLevel("ERROR");
    }
    return local2;
  }
}
