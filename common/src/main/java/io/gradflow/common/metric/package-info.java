/**
 * Metrics of predictions: sums over rows that add up, and results from sums.
 *
 * <p>Sums are doubles, taken row by row and added up in whatever fixed order the caller has; zero
 * is the identity. Nothing is divided before {@link io.gradflow.common.metric.Metric#result}. The
 * bits are portable: no {@code Math} functions on the way to a sum. Knows nothing of layers, files
 * or Spark.
 */
package io.gradflow.common.metric;
