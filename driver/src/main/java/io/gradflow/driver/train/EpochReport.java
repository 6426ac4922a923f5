package io.gradflow.driver.train;

import java.util.Optional;

/**
 * One epoch, as listeners see it.
 *
 * @param epoch from 1
 * @param step steps of the run so far
 * @param seconds wall clock of the epoch, validation included
 * @param train sums over the epoch's steps, each with the weights it was taken with
 * @param validation with the weights at the epoch's end; empty without validation data
 * @param best whether the watched metric improved; true where nothing is watched
 */
public record EpochReport(
    int epoch,
    long step,
    double seconds,
    Evaluation train,
    Optional<Evaluation> validation,
    boolean best) {}
