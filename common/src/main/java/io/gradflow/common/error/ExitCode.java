package io.gradflow.common.error;

/** How a command ends, after BSD's sysexits where it has a code. The codes never change. */
public enum ExitCode {
  OK(0),
  /** The command line makes no sense. */
  USAGE(64),
  /** Data cannot be read as what they are said to be. */
  BAD_DATA(65),
  /** An input is not there. */
  INPUT_MISSING(66),
  /** A fault of Gradflow, of its surroundings, or memory that ran out. */
  INTERNAL(70),
  /** The output exists already or cannot be created. */
  OUTPUT_BLOCKED(73),
  /** Reading or writing failed. */
  IO(74),
  /** Stopped on request; can be resumed. */
  STOPPED(75),
  /** Training produced numbers that are not finite. */
  DIVERGED(76),
  /** The job file has faults. */
  BAD_JOB(78);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The process's exit status. */
  public int code() {
    return code;
  }
}
