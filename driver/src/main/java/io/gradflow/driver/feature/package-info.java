/**
 * Features as the job file names them, one record a kind: which raw values a feature reads, what it
 * learns from the training rows, and the encoder that comes of it. What is learned are sums over
 * micro-shards in canonical order, or counts, so that equal rows give equal bits in any files.
 * Knows nothing of sources and of Spark.
 */
package io.gradflow.driver.feature;
