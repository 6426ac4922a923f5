package io.gradflow.driver.cli;

import io.gradflow.common.model.Storage;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.run.HadoopStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which job a command is about. */
final class JobOptions {
  private static final int MAX_BYTES = 1 << 26;

  @Parameters(paramLabel = "JOB", description = "A job file in YAML; any Hadoop URI.")
  private String file;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Another value in the job, such as train.epochs=5. May be repeated.")
  private List<String> overrides = new ArrayList<>();

  /**
   * Reads and checks the job; relative input paths count from its folder.
   *
   * @param own values of the command's own, after the user's
   */
  Job read(String... own) throws IOException {
    List<String> all = new ArrayList<>(overrides);
    all.addAll(List.of(own));
    return JobFile.read(text(file), file, all).relocate(JobFile.pathsFrom(file));
  }

  /** The text of a file at any Hadoop URI. */
  static String text(String file) throws IOException {
    Path path = new Path(file);
    return new String(folder(path).read(path.getName(), MAX_BYTES), StandardCharsets.UTF_8);
  }

  /** The folder of a file. */
  static Storage folder(Path file) throws IOException {
    Path parent = file.getParent();
    // The parent of a bare name is an empty path, which Hadoop does not take back.
    String from = parent == null || parent.toString().isEmpty() ? "." : parent.toString();
    return HadoopStorage.at(from, new Configuration());
  }
}
