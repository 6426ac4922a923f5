package io.gradflow.driver.train;

import java.util.Optional;

/**
 * How a run ended.
 *
 * @param weights the flat vector; the caller's own array
 * @param weightsSha256 of its raw little-endian bytes, in hexadecimal
 * @param ending why it ended
 * @param epochs epochs completed
 * @param steps steps taken
 * @param seconds wall clock of this process
 * @param totalSeconds with what earlier processes of the run took up to the checkpoints that were
 *     gone on from
 * @param earlierSteps of the steps, those that earlier processes took
 * @param bestEpoch the epoch that the weights are from: the last one, or the best where early
 *     stopping restores it
 * @param train the last epoch's
 * @param validation of the epoch that the weights are from
 * @param plateau where lowering the learning rate on plateaus has ended, if that is the schedule
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over, never compared.
public record TrainResult(
    float[] weights,
    String weightsSha256,
    Ending ending,
    int epochs,
    long steps,
    double seconds,
    double totalSeconds,
    long earlierSteps,
    int bestEpoch,
    Evaluation train,
    Optional<Evaluation> validation,
    Optional<PlateauState> plateau) {
  /** Why a run ended. */
  public enum Ending {
    /** All epochs were done. */
    COMPLETED,
    /** The watched metric stopped improving. */
    EARLY_STOPPED,

    /** The watched metric reached its target. */
    TARGET_REACHED,

    /** The limit of steps or of time was reached. */
    LIMIT_REACHED,
    /** Somebody asked for it; what is missing can be resumed. */
    STOPPED
  }
}
