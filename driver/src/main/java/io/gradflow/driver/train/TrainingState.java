package io.gradflow.driver.train;

import java.util.Optional;
import java.util.SortedMap;

/**
 * A run between two steps: all that it takes to go on to the same bits. Random numbers need no
 * state of their own, since each is a function of the seed and of its place (epoch, step,
 * micro-shard, row, layer); schedules are functions of the step.
 *
 * <p>The arrays are lent by whoever made the record.
 *
 * @param step steps taken
 * @param epoch epochs that have ended, validation included
 * @param stepInEpoch steps taken of the epoch under way: 0 to the steps that an epoch has
 * @param learningRateFactor what rollbacks have left of the scheduled learning rate; 1 without any
 * @param rollbacks rollbacks so far
 * @param skipsInARow steps skipped since the last one that was not
 * @param seconds that training has taken up to here, in all processes of the run
 * @param epochSums sums over the steps of the epoch under way
 * @param lastTrain the last whole epoch's; empty before any has ended
 * @param lastValidation the last validation's
 * @param stopping early stopping
 * @param plateau lowering the learning rate
 * @param weights the flat vector, statistics included
 * @param optimizer the optimizer's arrays by name
 */
@SuppressWarnings("ArrayRecordComponent") // State on its way to a file; never compared.
public record TrainingState(
    long step,
    int epoch,
    int stepInEpoch,
    double learningRateFactor,
    int rollbacks,
    int skipsInARow,
    double seconds,
    RunningSums epochSums,
    Optional<RunningSums> lastTrain,
    Optional<RunningSums> lastValidation,
    StoppingState stopping,
    PlateauState plateau,
    float[] weights,
    SortedMap<String, float[]> optimizer) {}
