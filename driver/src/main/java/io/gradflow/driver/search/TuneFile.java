package io.gradflow.driver.search;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.spec.SpecException;
import io.gradflow.common.spec.SpecMarkdown;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecSchema;
import java.util.Map;

/** Search files: how they are read, and what says what may stand in them. */
public final class TuneFile {
  private static final String INTRODUCTION =
      """
      # The search file: reference

      What `gradflow tune` reads. Generated from the code; do not edit. A test compares this page with
      the code and names the command that writes it anew. How things are written is as in
      [the job file](reference.md); what searches are good for is on the page
      [when a network learns badly](learning.md).

      """;

  private TuneFile() {}

  /**
   * Reads a search.
   *
   * @param text YAML, or JSON
   * @param name of the file, for messages
   * @throws GradflowException BAD_JOB with every fault; the cause is a {@link SpecException}
   */
  public static Tune read(String text, String name) {
    try {
      return SpecReader.readYaml(text, name, Tune.class);
    } catch (SpecException e) {
      throw new GradflowException(ExitCode.BAD_JOB, e.getMessage(), e);
    }
  }

  /** The JSON schema of search files, as plain values. */
  public static Map<String, Object> schema() {
    return SpecSchema.of(Tune.class);
  }

  /** The reference, as Markdown. */
  public static String reference() {
    return INTRODUCTION + SpecMarkdown.of(Tune.class).stripTrailing() + "\n";
  }
}
