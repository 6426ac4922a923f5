package io.gradflow.common.message;

import java.util.Optional;

/**
 * What the driver tells a resident task to do next.
 *
 * @param number counts the commands of a run; a report names the one that it answers
 * @param kind what to do
 * @param id of the step, for {@link Kind#GRADIENT} and {@link Kind#NON_FINITE}
 * @param split whose rows, for {@link Kind#EVALUATE}
 * @param version of the weights to use
 * @param weights the weights themselves: in local mode the driver's own array, elsewhere empty when
 *     the executor has them already or is getting them through a neighbour
 * @param block where the weights are, if not in the command
 */
public record StepCommand(
    long number,
    Kind kind,
    StepId id,
    Split split,
    long version,
    Optional<Weights> weights,
    Optional<BlockRef> block) {
  /** What a task can be told. */
  public enum Kind {
    /** The gradient sums of a step. */
    GRADIENT,
    /** Loss and metric sums over all rows of a split. */
    EVALUATE,
    /** Compute a step again and name what is not finite. */
    NON_FINITE,
    /** Nothing yet: ask again. */
    WAIT,
    /** The lease is over: end well. */
    LEAVE,
    /** A newer attempt has taken this one's place: end as killed. */
    SUPERSEDED
  }

  private static final StepId NO_STEP = new StepId(0, 0, 0);

  /** A command that carries nothing. */
  public static StepCommand bare(Kind kind) {
    return new StepCommand(
        TaskReport.NOTHING,
        kind,
        NO_STEP,
        Split.TRAIN,
        TaskReport.NOTHING,
        Optional.empty(),
        Optional.empty());
  }

  /** The same command with weights, or where they are. */
  public StepCommand with(Optional<Weights> itsWeights, Optional<BlockRef> itsBlock) {
    return new StepCommand(number, kind, id, split, version, itsWeights, itsBlock);
  }

  @Override
  public String toString() {
    return "command " + number + " " + kind;
  }
}
