/**
 * Many sums to one: the tree in which the sums of micro-shards are combined, and the additions. The
 * same for threads of a task and for the driver, so that no grouping changes a bit. Knows nothing
 * of layers or Spark.
 */
package io.gradflow.common.reduce;
