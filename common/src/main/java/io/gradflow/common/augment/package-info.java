/**
 * Random changes of training rows, as they come out of a packed shard: flips, shifts, masks, noise,
 * mixtures. Each is a pure function of the row and of a key made of seed, epoch, micro-shard and
 * row, so that neither threads, tasks nor chunks of rows change a bit; and works in place with
 * scratch of its own, so that a step allocates nothing. Knows nothing of networks and Spark.
 */
package io.gradflow.common.augment;
