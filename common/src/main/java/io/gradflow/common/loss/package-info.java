/**
 * Losses: sums over rows and their gradients by the network's outputs. Sums, never means: the
 * driver divides once by the total weight. Knows nothing of layers, files or Spark.
 */
package io.gradflow.common.loss;
