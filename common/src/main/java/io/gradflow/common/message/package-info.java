/**
 * What crosses the network between driver and executors. Immutable; encoded by one serializer each
 * in {@code common.serial}. Sums, never means: the driver divides once. Knows nothing of layers,
 * optimizers or Spark.
 */
package io.gradflow.common.message;
