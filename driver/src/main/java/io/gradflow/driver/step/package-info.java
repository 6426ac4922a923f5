/**
 * One step on the cluster, several ways with the same bits: a Spark job a step, tasks that stay for
 * many steps, or threads of this process without Spark. Turns weights into sums of gradients. Knows
 * nothing of optimizers or file formats.
 */
package io.gradflow.driver.step;
