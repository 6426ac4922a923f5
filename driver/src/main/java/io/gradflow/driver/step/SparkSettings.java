package io.gradflow.driver.step;

import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * The Spark settings that training needs, in one place. Set before the session is made, each unless
 * the user has set it.
 */
public final class SparkSettings {
  static final String REGISTRATOR = "io.gradflow.common.serial.MessageRegistrator";

  private static final Map<String, String> REQUIRED =
      Map.of(
          "spark.serializer", "org.apache.spark.serializer.KryoSerializer",
          "spark.kryo.registrator", REGISTRATOR,
          // A parameter-sized sum is one object in the stream.
          "spark.kryoserializer.buffer.max", "1g",
          // Sums above this size travel as blocks instead of inside status messages.
          "spark.driver.maxResultSize", "0");

  private SparkSettings() {}

  /** The settings and their values. */
  public static Map<String, String> required() {
    return REQUIRED;
  }

  /**
   * Sets what is not set yet.
   *
   * @param isSet whether the user has set a key, e.g. {@code conf::contains}
   * @param set takes key and value, e.g. {@code conf::set} or {@code builder::config}
   */
  public static void apply(Predicate<String> isSet, BiConsumer<String, String> set) {
    REQUIRED.forEach(
        (key, value) -> {
          if (!isSet.test(key)) {
            set.accept(key, value);
          }
        });
  }
}
