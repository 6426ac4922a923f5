package io.gradflow.driver.run;

import io.gradflow.driver.job.OutputSection.Mode;
import java.util.Optional;

/**
 * How a run begins and ends, beside what its job says.
 *
 * @param resume what to go on from
 * @param from the checkpoint, run or directory of checkpoints to go on from, for {@link
 *     Resume#FROM}
 * @param anyway whether to go on although the job differs from that of the checkpoint
 * @param stop asked between steps
 */
public record RunOptions(Resume resume, Optional<String> from, boolean anyway, StopRequest stop) {
  /** What to go on from. */
  public enum Resume {
    /** The newest checkpoint if {@code output.mode} is {@code resume}. */
    BY_MODE,
    /** The newest checkpoint of the output, whatever the mode. */
    AUTO,
    /** Nothing; {@code output.mode: resume} replaces an earlier run then. */
    NEVER,
    /** What is named. */
    FROM
  }

  public RunOptions {
    if (from.isPresent() != (resume == Resume.FROM)) {
      throw new IllegalArgumentException(resume + " from " + from);
    }
  }

  /** As the job says, without being stopped. */
  public static RunOptions byJob() {
    return new RunOptions(Resume.BY_MODE, Optional.empty(), false, new StopRequest());
  }

  /** What may be done with an output that is there. */
  Mode mode(Mode ofJob) {
    return switch (resume) {
      case BY_MODE, FROM -> ofJob;
      case AUTO -> Mode.RESUME;
      case NEVER -> ofJob == Mode.RESUME ? Mode.OVERWRITE : ofJob;
    };
  }
}
