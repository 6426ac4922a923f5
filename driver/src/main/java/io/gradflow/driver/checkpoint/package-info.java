/**
 * Checkpoints: a run's state between two steps, saved and read back to the same bits. Knows nothing
 * of Spark.
 *
 * <pre>
 *   checkpoints/step-0000000400/       a directory for each, named by the steps taken
 *     weights.safetensors              parameters and statistics by name, as in a saved model
 *     optimizer.safetensors            the optimizer's arrays by name, e.g. adam/m, as vectors
 *     best.safetensors                 the best epoch's weights; if early stopping restores them
 *     state.json                       counters and sums
 *     manifest.json                    written last: without it there is no checkpoint
 *
 *   manifest.json  format "gradflow-checkpoint", version 1, step, epoch, made (why: start, step,
 *     epoch, time, stop), best (whether the epoch was the best so far), run (text by key: all that
 *     the bits depend on), files (bytes and sha256 by name), sha256 (of the bytes before that key)
 *   state.json     version 1, step, epoch, stepInEpoch, rollbacks, skipsInARow, seconds,
 *     learningRateFactor, epochSums, lastTrain, lastValidation (rows, weightSum, lossSum,
 *     metricSums each), stopping (best, bestEpoch, waited, bestValidation), plateau (best, waited,
 *     cooling, factor, loweredAfter)
 * </pre>
 *
 * <ul>
 *   <li>Doubles are JSON text as {@code Double.toString} writes them, which reads back to the same
 *       bits, NaN and infinities included; other numbers are JSON integers.
 *   <li>Random number generators have no state: every number is a function of the seed (in {@code
 *       run}) and of its place. Schedules are functions of the step.
 *   <li>A reader checks the manifest's sha256, then size and sha256 of every file, then names and
 *       shapes; it takes no length from a file before it has compared it with what it expects.
 *   <li>Keys are only ever added within a version. A reader names the version that it finds and
 *       those that it reads. Nothing in a checkpoint is executed, no class is named in it.
 * </ul>
 */
package io.gradflow.driver.checkpoint;
