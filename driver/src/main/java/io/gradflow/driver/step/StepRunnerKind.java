package io.gradflow.driver.step;

/** How steps reach the executors; all give the same bits. */
public enum StepRunnerKind {
  /** Resident where it works, else a job a step; the choice is explained in one line. */
  AUTO,
  /** Tasks that stay for many steps and exchange messages with the driver. */
  RESIDENT,
  /** One Spark job a step. */
  JOB,
  /** Threads of the driver, without Spark tasks. */
  IN_PROCESS
}
