package io.gradflow.driver.cli;

import io.gradflow.driver.data.SourceFormat;
import io.gradflow.driver.data.SourceSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which data a command reads: the options of {@code evaluate} and {@code predict}. */
final class DataOptions {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "URI",
      description = "A file, a directory or a glob; any Hadoop URI.")
  private String data;

  @Option(
      names = "--format",
      defaultValue = "csv",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private SourceFormat format;

  @Option(
      names = "--option",
      paramLabel = "KEY=VALUE",
      description = "An option of Spark's reader, such as sep=;. May be repeated.")
  private Map<String, String> options = new LinkedHashMap<>();

  SourceSpec source() {
    return new SourceSpec(format, data, options);
  }
}
