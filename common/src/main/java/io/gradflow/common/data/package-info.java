/**
 * The encoded example: its schema, fitted preprocessing, packed shards, which rows a step takes,
 * and the assembly of minibatches. Plain Java, used by Spark tasks and by the stand-alone {@code
 * Predictor} alike. Knows nothing of Spark or of layers.
 */
package io.gradflow.common.data;
