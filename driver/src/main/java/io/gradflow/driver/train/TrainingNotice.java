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
    /** The data look suspicious. */
    DATA("data"),
    /** Cross-validation comes to its next fold. */
    FOLD("fold"),
    /** The run goes on from a checkpoint. */
    RESUMED("resumed"),
    /** A checkpoint is passed over, since it is not whole. */
    CHECKPOINT_DAMAGED("checkpointDamaged"),
    /** A step's loss leaps out of its recent range. */
    LOSS_SPIKE("lossSpike"),
    /** The learning rate was lowered, since a metric stopped improving. */
    RATE_LOWERED("rateLowered"),

    /** Something is wrong with how the network learns. */
    HEALTH("health"),

    /** One of several trainings from other starting weights has ended. */
    RESTART("restart"),

    /** A step was left out, since its numbers were not finite. */
    STEP_SKIPPED("stepSkipped"),
    /** The run went back to a checkpoint, since its numbers were not finite. */
    ROLLED_BACK("rolledBack");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** As logs say it. */
    public String word() {
      return word;
    }
  }
}
