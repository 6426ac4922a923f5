package io.gradflow.driver.train;

import java.util.Map;

/**
 * Loss and metrics over many rows, sums already divided.
 *
 * @param rows rows seen
 * @param weightSum sum of their example weights
 * @param meanLoss weighted mean, NaN where the weights sum to 0
 * @param metrics by label, in the order of the job's metrics; numbers, lists of numbers (a class
 *     each) or lists of lists (confusion matrix)
 */
public record Evaluation(
    long rows, double weightSum, double meanLoss, Map<String, Object> metrics) {}
