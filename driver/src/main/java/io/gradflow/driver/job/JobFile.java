package io.gradflow.driver.job;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.error.Redaction;
import io.gradflow.common.spec.Fault;
import io.gradflow.common.spec.Reading;
import io.gradflow.common.spec.SpecException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecSchema;
import io.gradflow.common.spec.SpecTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Reads job files. */
public final class JobFile {
  private static final Pattern ABSOLUTE = Pattern.compile("/.*|[A-Za-z][A-Za-z0-9+.-]*:.*");

  private JobFile() {}

  /**
   * Reads a job.
   *
   * @param text YAML, or JSON
   * @param name of the file, for messages
   * @param overrides {@code path=value} each, as of {@code --set}; later ones win
   * @throws GradflowException BAD_JOB with every fault; the cause is a {@link SpecException}
   */
  public static Job read(String text, String name, List<String> overrides) {
    try {
      SpecTree tree = SpecTree.parseYaml(text, name);
      List<Fault> wrong = new ArrayList<>();
      for (String override : overrides) {
        int equals = override.indexOf('=');
        if (equals < 1) {
          throw new GradflowException(
              ExitCode.USAGE,
              "--set "
                  + Redaction.override(override)
                  + ": expected path=value, e.g. --set train.epochs=5");
        }
        String path = override.substring(0, equals).strip();
        tree = tree.with(path, override.substring(equals + 1), "--set " + path);
      }
      Reading<Job> reading = SpecReader.tryRead(tree, Job.class);
      wrong.addAll(reading.faults());
      wrong.addAll(JobCheck.sections(reading, tree));
      if (!wrong.isEmpty()) {
        throw new SpecException(wrong);
      }
      return reading.value().orElseThrow();
    } catch (SpecException e) {
      throw failure(e);
    }
  }

  /** The JSON schema of job files, as plain values. */
  public static Map<String, Object> schema() {
    return SpecSchema.of(Job.class);
  }

  /**
   * What makes relative paths count from the folder of a job file.
   *
   * @param file path or URI of the job file
   */
  public static UnaryOperator<String> pathsFrom(String file) {
    String folder = file.substring(0, file.lastIndexOf('/') + 1);
    return path -> ABSOLUTE.matcher(path).matches() ? path : folder + path;
  }

  static GradflowException failure(SpecException e) {
    int count = e.faults().size();
    return new GradflowException(
        ExitCode.BAD_JOB,
        (count == 1 ? "" : count + " faults in the job file\n") + e.getMessage(),
        e);
  }
}
