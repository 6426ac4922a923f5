package io.gradflow.driver.checkpoint;

import java.util.Locale;

/** Why a checkpoint was made. */
public enum Made {
  /** Before the first step. */
  START(true),
  /** After so many steps. */
  STEP(true),
  /** After so many epochs. */
  EPOCH(true),
  /** After so much time, or later than it was due. */
  TIME(false),
  /** The run was asked to stop. */
  STOP(false);

  private final boolean regular;

  Made(boolean regular) {
    this.regular = regular;
  }

  /** Whether its place depends on the steps alone, so that every run of the job has it. */
  boolean isRegular() {
    return regular;
  }

  /** As manifests say it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
