package io.gradflow.driver.train;

/**
 * What losses and metrics have added up to, undivided: the exact state behind an {@link
 * Evaluation}.
 *
 * @param rows rows seen
 * @param weightSum sum of their example weights
 * @param lossSum sum of their weighted losses
 * @param metricSums as laid out by the run's metrics; owned by the record
 */
@SuppressWarnings("ArrayRecordComponent") // State on its way to a file; never compared.
public record RunningSums(long rows, double weightSum, double lossSum, double[] metricSums) {}
