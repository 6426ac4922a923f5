/**
 * One step on the cluster, several ways with the same bits: a Spark job a step, tasks that stay for
 * many steps, or threads of this process without Spark. Turns weights into sums of gradients. Knows
 * nothing of optimizers or file formats.
 *
 * <p>Every wait is bounded by {@code train.stepTimeout}; a step that waits says for whom, first in
 * the log and at the end of its patience in the error. That an executor is gone is Spark's to find
 * out ({@code spark.network.timeout}); tasks that compute long are not taken for dead.
 *
 * <p>Gradients travel whole. Sending those of late layers while early ones are computed (buckets)
 * has not been built: where every core computes there is nothing to overlap with, and nothing has
 * been measured elsewhere.
 */
package io.gradflow.driver.step;
