package io.gradflow.driver.job;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import java.util.Optional;

/** The {@code output} section. */
@Doc("What the run leaves behind.")
public record OutputSection(
    @Doc("A directory, any Hadoop URI; out/ and the job's name if left out.") Optional<String> path,
    @Doc(
            "error: refuse a directory that is there. overwrite: replace an earlier run. resume: go"
                + " on from its newest checkpoint, or start if there is none.")
        @Default("error")
        Mode mode) {
  /** What to do when the directory is there. */
  public enum Mode {
    ERROR,
    OVERWRITE,
    RESUME
  }

  public OutputSection {
    if (path.isPresent() && path.get().isBlank()) {
      throw new IllegalArgumentException("path is blank; expected a directory");
    }
  }
}
