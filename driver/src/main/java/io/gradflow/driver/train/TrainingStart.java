package io.gradflow.driver.train;

/**
 * What a run is about to do.
 *
 * @param stepsBefore steps that an earlier run has taken, which this one goes on from
 * @param epochs epochs at most
 * @param stepsPerEpoch steps an epoch
 * @param rows training rows
 * @param batchSize rows a step
 * @param microShards parts that every step is added up from
 * @param parameters floats in the flat vector
 * @param runner how steps reach the executors, in a sentence
 */
public record TrainingStart(
    long stepsBefore,
    int epochs,
    int stepsPerEpoch,
    long rows,
    int batchSize,
    int microShards,
    int parameters,
    String runner) {}
