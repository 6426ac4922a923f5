package io.gradflow.driver.report;

import io.gradflow.common.error.Redaction;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * {@code manifest.json}: all that it takes to understand a run or to do it again. Written before
 * training starts, so that it marks a directory as a run's also when the run fails, and once more
 * with checksums at its end.
 */
public final class Manifest {
  /** The name of the file below the run's directory. */
  public static final String NAME = "manifest.json";

  /** What the key {@code format} says in every manifest. */
  public static final String FORMAT = "gradflow-run";

  private Manifest() {}

  /**
   * The manifest of a run that is about to start.
   *
   * @param job the effective job as plain values, without secrets
   * @param facts what else identifies the run, in the order given: seed, micro-shards, data
   *     fingerprint, Spark's version ...
   */
  public static Map<String, Object> create(Object job, Map<String, ?> facts) {
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("format", FORMAT);
    manifest.put("version", 1);
    manifest.putAll(facts);
    manifest.put("build", build());
    manifest.put("machine", machine());
    manifest.put("job", job);
    return manifest;
  }

  /** Version and commit that this build is from. */
  public static Map<String, Object> build() {
    Properties properties = new Properties();
    try (InputStream in = Manifest.class.getResourceAsStream("build.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("build.properties cannot be read", e);
    }
    Map<String, Object> build = new LinkedHashMap<>();
    for (String key : List.of("version", "commit", "spark", "nd4j")) {
      String value = properties.getProperty(key, "");
      // Unfiltered outside a Maven build.
      build.put(key, value.isEmpty() || value.startsWith("${") ? "unknown" : value);
    }
    return build;
  }

  /** The type of this machine's processor. */
  public static String processor() {
    return cpu();
  }

  private static Map<String, Object> machine() {
    Map<String, Object> machine = new LinkedHashMap<>();
    machine.put(
        "jvm",
        System.getProperty("java.vm.name")
            + " "
            + System.getProperty("java.vm.version")
            + " ("
            + System.getProperty("java.vendor")
            + ")");
    machine.put(
        "os",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    machine.put("cpu", cpu());
    machine.put("processors", Runtime.getRuntime().availableProcessors());
    machine.put("maxHeapBytes", Runtime.getRuntime().maxMemory());
    machine.put("jvmOptions", options());
    return machine;
  }

  private static List<String> options() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("--add-opens"))
        .map(Redaction::override)
        .toList();
  }

  private static String cpu() {
    Path info = Path.of("/proc/cpuinfo");
    if (Files.isReadable(info)) {
      try (BufferedReader lines = Files.newBufferedReader(info, StandardCharsets.UTF_8)) {
        return lines
            .lines()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
      } catch (IOException | UncheckedIOException e) {
        return System.getProperty("os.arch");
      }
    }
    return System.getProperty("os.arch");
  }
}
