/**
 * Says how well a network learns, and what to do about it: norms of gradients, weights and updates
 * by layer, activations of a few sampled rows, findings in words, initialisation by data. Works on
 * the driver, on sums that it has anyway. Knows networks, no Spark, no files, no training loop.
 */
package io.gradflow.driver.health;
