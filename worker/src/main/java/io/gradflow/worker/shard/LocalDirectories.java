package io.gradflow.worker.shard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;

/**
 * The executor's local disks, found as Spark's documentation of {@code spark.local.dir} says: the
 * cluster manager's environment first, then the setting, then the JVM's temporary directory.
 */
final class LocalDirectories {
  private static final String[] VARIABLES = {"SPARK_EXECUTOR_DIRS", "SPARK_LOCAL_DIRS"};

  private LocalDirectories() {}

  /** A fresh directory of this JVM's own on each disk. */
  static List<Path> create() {
    List<Path> created = new ArrayList<>();
    IOException failure = null;
    for (String root : roots()) {
      try {
        Path parent = Files.createDirectories(Path.of(root.strip()));
        created.add(Files.createTempDirectory(parent, "gradflow-shards-"));
      } catch (IOException e) {
        failure = e;
      }
    }
    if (created.isEmpty()) {
      throw new UncheckedIOException("no local directory can be written", failure);
    }
    return created;
  }

  private static String[] roots() {
    // On YARN the node manager's directories override all settings.
    if (System.getenv("CONTAINER_ID") != null && System.getenv("LOCAL_DIRS") != null) {
      return System.getenv("LOCAL_DIRS").split(",");
    }
    for (String variable : VARIABLES) {
      String value = System.getenv(variable);
      if (value != null && !value.isBlank()) {
        return value.split(
            variable.equals("SPARK_EXECUTOR_DIRS") ? java.io.File.pathSeparator : ",");
      }
    }
    String fallback = System.getProperty("java.io.tmpdir");
    SparkEnv env = SparkEnv.get();
    return (env == null ? fallback : env.conf().get("spark.local.dir", fallback)).split(",");
  }
}
