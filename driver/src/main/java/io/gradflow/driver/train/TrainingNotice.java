package io.gradflow.driver.train;

/**
 * Something that whoever watches a run should know.
 *
 * @param step steps of the run so far
 * @param kind what it is about
 * @param text a sentence
 */
public record TrainingNotice(long step, Kind kind, String text) {
  /** What a notice is about. */
  public enum Kind {
    /** The run goes on from a checkpoint. */
    RESUMED,
    /** A step's loss leaps out of its recent range. */
    LOSS_SPIKE,
    /** A step was left out, since its numbers were not finite. */
    STEP_SKIPPED,
    /** The run went back to a checkpoint, since its numbers were not finite. */
    ROLLED_BACK
  }
}
